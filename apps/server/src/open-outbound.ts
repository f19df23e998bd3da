import { readFile } from 'node:fs/promises';
import { parseCaBundle } from '@hoc/l5-engines/outbound/ca-bundle';
import { openOutbound, type Outbound } from '@hoc/l5-engines/outbound/outbound';
import type { OutboundConfig } from './config.ts';
import { StartupProblem } from './startup-problem.ts';
import { reasonOf } from './system-error.ts';

/**
 * What all requests of this server share whose targets others choose.
 * @throws StartupProblem where the file of authorities cannot be read
 */
export async function openOutboundRequests({ networks, allowHttp, caFile }: OutboundConfig): Promise<Outbound> {
  return openOutbound({ networks, allowHttp, extraCa: caFile === null ? [] : await certificatesIn(caFile) });
}

async function certificatesIn(file: string): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new StartupProblem(`The file ${file} (HOC_OUTBOUND_CA_FILE) cannot be read: ${reasonOf(error)}.`);
  });
  const parsed = parseCaBundle(text);
  if (!parsed.ok) throw new StartupProblem(`The file ${file} (HOC_OUTBOUND_CA_FILE) ${parsed.problem}.`);
  return parsed.certificates;
}

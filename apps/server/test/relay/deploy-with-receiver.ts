import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BACKENDS } from '@hoc/testbed/databases';
import { createTestCa } from '@hoc/testbed/test-ca';
import { onTestFinished } from 'vitest';
import { deploy, type Deployment } from '../process/deployment.ts';
import { scratchFolder } from '../process/scratch-folder.ts';
import { Receiver } from './receiver.ts';

/** A server with its receiver, whose authority it trusts and whose network it may reach. */
export async function deployWithReceiver(backend: (typeof BACKENDS)[number]): Promise<{ readonly deployment: Deployment; readonly receiver: Receiver }> {
  const ca = await createTestCa();
  const caFile = path.join(await scratchFolder(), 'ca.pem');
  await writeFile(caFile, ca.cert);
  const receiver = await Receiver.open(ca);
  onTestFinished(() => receiver.shut());
  return { receiver, deployment: await deploy(backend, { HOC_OUTBOUND_ALLOW: 'lab=127.0.0.0/8', HOC_OUTBOUND_CA_FILE: caFile }) };
}

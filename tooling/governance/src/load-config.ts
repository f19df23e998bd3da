import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { loadModule } from '@hoc/guards/run/load-module';
import { faultsOfConfig } from './check-config.ts';
import type { GovernanceConfig } from './config.ts';
import { Refusal, wordsOf } from './refusal.ts';

const FILE = 'governance.config.ts';

/**
 * Loads the configuration: the file that is named, or the nearest `governance.config.ts` from a folder upwards.
 * @throws Refusal where there is none, or it cannot be used
 */
export async function loadConfig(from: string, named?: string): Promise<{ readonly config: GovernanceConfig; readonly root: string }> {
  const file = named === undefined ? nearest(from) : resolve(from, named);
  if (file === null || !existsSync(file)) {
    throw new Refusal(named === undefined ? `There is no ${FILE} in ${from} or above it.` : `There is no ${file}.`, `Write one with defineGovernance of @hoc/governance/config, or name it with --config.`, 2);
  }
  let config: GovernanceConfig | undefined;
  try {
    config = (await loadModule(file)) as GovernanceConfig | undefined; // its types have checked it, and what they cannot say is checked below
  } catch (error) {
    throw new Refusal(`${file} cannot be loaded: ${wordsOf(error)}`, 'Mend it; `tsc` and `node` say more.', 2);
  }
  if (config === undefined || typeof config.domains !== 'object') throw new Refusal(`${file} exports no configuration.`, 'Let its default export be defineGovernance({ … }).', 2);
  const faults = faultsOfConfig(config);
  if (faults.length > 0) throw new Refusal(`${file} cannot be used:${faults.map((fault) => `\n    ${fault}`).join('')}`, 'Correct it.', 2);
  return { config, root: dirname(file) };
}

function nearest(from: string): string | null {
  const file = join(from, FILE);
  if (existsSync(file)) return file;
  return dirname(from) === from ? null : nearest(dirname(from));
}

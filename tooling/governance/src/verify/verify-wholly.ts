import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { takeLock } from '../lock.ts';
import { runDomains } from '../run/run-domains.ts';
import { lockOf, placeOf, type Surroundings } from '../surroundings.ts';
import { toolVersions } from '../tool-versions.ts';
import { allOf, failed, type Findings } from './finding.ts';
import { rerunFindings } from './rerun-findings.ts';
import { verifyRecords } from './verify-records.ts';

/** Who starts the tool, and git: not the repository's choice. */
const OF_THE_MACHINE: readonly string[] = ['git', 'pnpm', 'npm', 'yarn', 'bun'];

/** The whole form: the records, then the newest evidence's commands once more, in the tree as it stands. */
export async function verifyWholly(surroundings: Surroundings): Promise<Findings> {
  const { config, root, git, env } = surroundings;
  const release = takeLock(lockOf(surroundings));
  try {
    const records = verifyRecords(surroundings, false);
    const newest = newestOf(readEvidence(placeOf(surroundings)));
    const domains = new Map(Object.entries(config.domains).filter(([name]) => newest.has(name)));
    const tools = await toolVersions(root, config.tools, git.version, env);
    const runs = await runDomains(domains, surroundings);
    const differences = [...runs].flatMap(([name, run]) => {
      const evidence = newest.get(name);
      return evidence === undefined ? [] : rerunFindings(name, evidence.statement, { run, tools }, OF_THE_MACHINE);
    });
    return allOf([records, failed(differences)]);
  } finally {
    release();
  }
}

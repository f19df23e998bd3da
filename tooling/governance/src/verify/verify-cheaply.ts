import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { readProofs } from '../facts/read-proofs.ts';
import { diskFiles } from '../files/disk-files.ts';
import { wholeSuite } from '../run/run-domains.ts';
import { placeOf, type Surroundings } from '../surroundings.ts';
import { driftNotices } from './drift-notices.ts';
import { allOf, failed, type Findings } from './finding.ts';
import { proofFindings } from './proof-findings.ts';
import { verifyRecords } from './verify-records.ts';

/** The cheap form, part of every test run: the records, and the newest evidence against the proofs that the suites have just made. */
export async function verifyCheaply(surroundings: Surroundings): Promise<Findings> {
  const { config, git, root } = surroundings;
  const records = verifyRecords(surroundings, true);
  const newest = newestOf(readEvidence(placeOf(surroundings)));
  if (newest.size === 0) return records;
  const drift: Findings = { failures: [], notices: driftNotices(newest, git, diskFiles(root), config) };
  const { report, fault } = await readProofs(root, config.proofs);
  if (report === null) return allOf([records, drift, failed([{ what: `The evidence cannot be held against this tree: ${fault}.`, remedy: `Run \`${config.proofs.command.join(' ')}\`, then this again.` }])]);
  return allOf([records, drift, proofFindings(newest, report, wholeSuite(config))]);
}

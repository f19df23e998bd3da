import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { readPublicKeys } from '../evidence/keys.ts';
import { readProofs } from '../facts/read-proofs.ts';
import { takeLock } from '../lock.ts';
import { runDomains } from '../run/run-domains.ts';
import { calledAs, folderOf, lockOf, placeOf, type Surroundings } from '../surroundings.ts';
import { logOf } from '../tracker/document.ts';
import { readTracker } from '../tracker/read-log.ts';
import { commitFindings } from './commit-findings.ts';
import { evidenceFindings } from './evidence-findings.ts';
import { allOf, type Finding, type Findings } from './finding.ts';
import { historyFindings } from './history-findings.ts';
import { logFindings } from './log-findings.ts';
import { proofFindings } from './proof-findings.ts';
import { rerunFindings } from './rerun-findings.ts';
import { signatureFindings } from './signature-findings.ts';
import { trackerFindings } from './tracker-findings.ts';

/** All that can be told without running anything: tracker, log, evidence, commits, history and signatures against each other. */
export function verifyRecords(surroundings: Surroundings, mayBeShallow: boolean): Findings {
  const { config, git } = surroundings;
  const folder = readEvidence(placeOf(surroundings));
  const tracker = readTracker(surroundings);
  if (tracker === null) return failures([{ what: 'There is no tracker.md.', remedy: `Bring it back from git; for a new repository: \`${calledAs(surroundings)} mend\`.` }]);
  const log = logOf(tracker);
  if (log === null) return failures([{ what: 'tracker.md has no log that can be read.', remedy: 'Bring it back as it was committed.' }]);
  const path = folderOf(surroundings);
  return allOf([
    failures(logFindings(log, folder)),
    failures(evidenceFindings(folder, config)),
    failures(trackerFindings(tracker, log, config.domains, newestOf(folder))),
    failures(historyFindings(git.versionsOf(`${path}/tracker.md`), log)),
    failures(signatureFindings(folder, readPublicKeys(placeOf(surroundings, 'keys')), git.firstCommitted(`${path}/keys/*.pem`))),
    failures(skipFindings(surroundings)),
    commitFindings(folder, git, mayBeShallow),
  ]);
}

/** The cheap form, part of every test run: the records, and the newest evidence against the proofs that the suites have just made. */
export async function verifyCheaply(surroundings: Surroundings): Promise<Findings> {
  const { config, root } = surroundings;
  const records = verifyRecords(surroundings, true);
  const newest = newestOf(readEvidence(placeOf(surroundings)));
  if (newest.size === 0) return records;
  const { report, fault } = await readProofs(root, config.proofs);
  if (report === null) return allOf([records, failures([{ what: `The evidence cannot be held against this tree: ${fault}.`, remedy: `Run \`${config.proofs.command.join(' ')}\`, then this again.` }])]);
  return allOf([records, proofFindings(newest, report, config.domains)]);
}

/** The whole form: the records, then the newest evidence's commands once more, in the tree as it stands. */
export async function verifyWholly(surroundings: Surroundings): Promise<Findings> {
  const { config } = surroundings;
  const release = takeLock(lockOf(surroundings));
  try {
    const records = verifyRecords(surroundings, false);
    const newest = newestOf(readEvidence(placeOf(surroundings)));
    const domains = new Map(Object.entries(config.domains).filter(([name]) => newest.has(name)));
    const runs = await runDomains(domains, surroundings);
    const differences = [...runs].flatMap(([name, run]) => {
      const [evidence, domain] = [newest.get(name), domains.get(name)];
      return evidence === undefined || domain === undefined ? [] : rerunFindings(name, evidence.statement, run, { domain, shared: config.commands });
    });
    return allOf([records, failures(differences)]);
  } finally {
    release();
  }
}

/** A reason to leave a domain out is recorded by closing it, as everything is. */
function skipFindings(surroundings: Surroundings): readonly Finding[] {
  const { config } = surroundings;
  return [...newestOf(readEvidence(placeOf(surroundings)))].flatMap(([name, { closing }]) => {
    const skip = config.domains[name]?.skip ?? null;
    if (skip === closing.facts.skip) return [];
    return [{
      what: `The configuration ${skip === null ? 'no longer leaves' : 'leaves'} ${name} out, and its newest evidence says ${closing.status}.`,
      remedy: `Close ${name}: that records what the configuration says.`,
    }];
  });
}

const failures = (found: readonly Finding[]): Findings => ({ failures: found, notices: [] });

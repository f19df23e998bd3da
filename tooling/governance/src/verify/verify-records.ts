import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { readPublicKeys } from '../evidence/keys.ts';
import { calledAs, folderOf, placeOf, type Surroundings } from '../surroundings.ts';
import { logOf } from '../tracker/document.ts';
import { readTracker } from '../tracker/read-log.ts';
import { commitFindings } from './commit-findings.ts';
import { configurationFindings } from './configuration-findings.ts';
import { countFindings } from './count-findings.ts';
import { digestFindings } from './digest-findings.ts';
import { evidenceFindings } from './evidence-findings.ts';
import { allOf, failed, type Findings } from './finding.ts';
import { historyFindings } from './history-findings.ts';
import { logFindings } from './log-findings.ts';
import { loggedAt } from './logged-at.ts';
import { mutationFindings } from './mutation-findings.ts';
import { signatureFindings } from './signature-findings.ts';
import { skipFindings } from './skip-findings.ts';
import { timeFindings } from './time-findings.ts';
import { trackerFindings } from './tracker-findings.ts';

/** All that can be told without running anything: tracker, log, evidence, configuration, commits, history and signatures against each other. */
export function verifyRecords(surroundings: Surroundings, mayBeShallow: boolean): Findings {
  const { config, git, now } = surroundings;
  const folder = readEvidence(placeOf(surroundings));
  const tracker = readTracker(surroundings);
  if (tracker === null) return failed([{ what: 'There is no tracker.md.', remedy: `Bring it back from git; for a new repository: \`${calledAs(surroundings)} mend\`.` }]);
  const log = logOf(tracker);
  if (log === null) return failed([{ what: 'tracker.md has no log that can be read.', remedy: 'Bring it back as it was committed.' }]);
  const path = `${folderOf(surroundings)}/tracker.md`;
  const keys = `${folderOf(surroundings)}/keys`;
  const newest = newestOf(folder);
  return allOf([
    failed(logFindings(log, folder)),
    failed(evidenceFindings(folder, config)),
    failed(trackerFindings(tracker, log, config.domains, newest)),
    historyFindings(git.versionsOf(path), log),
    failed(signatureFindings(folder, log, readPublicKeys(placeOf(surroundings, 'keys')), {
      firstKey: loggedAt(git, `${keys}/*.pem`, path), retired: (file) => loggedAt(git, `${keys}/${file}`, path),
    })),
    failed(skipFindings(newest, config.domains)),
    failed(configurationFindings(newest, config)),
    failed(countFindings(newest, config)),
    failed(digestFindings(folder, git)),
    failed(mutationFindings(newest, git, config.mutation)),
    failed(timeFindings(folder, git, now())),
    commitFindings(folder, git, mayBeShallow),
  ]);
}

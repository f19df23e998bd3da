import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { takeLock } from '../lock.ts';
import { folderOf, lockOf, placeOf, type Surroundings } from '../surroundings.ts';
import { trackerText } from '../tracker/document.ts';
import { evidencePath, parseLogLine } from '../tracker/log.ts';
import { readLog, readTracker } from '../tracker/read-log.ts';
import { rowsOf } from '../tracker/rows.ts';
import { DRAFT } from '../write-atomically.ts';

/**
 * Puts right what may be put right without anyone's word: removes what a close that was killed has left (drafts, and evidence that has no
 * line in the log and that git does not track), and writes the tracker's rows anew from the evidence. It never touches the log.
 * @returns what it did
 */
export async function mend(surroundings: Surroundings): Promise<readonly string[]> {
  const { config, git, write } = surroundings;
  const release = takeLock(lockOf(surroundings));
  try {
    const log = readLog(surroundings);
    const logged = new Set(log.flatMap((line) => {
      const entry = parseLogLine(line);
      return entry === null ? [] : [evidencePath(entry.domain, entry.stamp)];
    }));
    const path = folderOf(surroundings);
    const tracked = git.tracked(path);
    const isLeft = (file: string): boolean =>
      !tracked.has(`${path}/${file}`) && (file.endsWith(DRAFT) || (file.startsWith('evidence/') && !logged.has(file.replace(/\.dsse\.json$/, '.json'))));
    const left = filesOf(placeOf(surroundings)).filter(isLeft);
    for (const file of left) rmSync(placeOf(surroundings, file));
    const text = trackerText(rowsOf(config.domains, newestOf(readEvidence(placeOf(surroundings)))), log);
    const isOther = readTracker(surroundings) !== text;
    if (isOther) await write(placeOf(surroundings, 'tracker.md'), text);
    return [...left.map((file) => `removed ${path}/${file}, which a close that was ended has left`), ...(isOther ? [`wrote the rows of ${path}/tracker.md anew`] : [])];
  } finally {
    release();
  }
}

/** Every file under a folder, relative to it, with forward slashes. */
function filesOf(folder: string, under = ''): readonly string[] {
  const entries = (() => {
    try {
      return readdirSync(join(folder, under), { withFileTypes: true });
    } catch {
      return [];
    }
  })();
  return entries.flatMap((entry) => (entry.isDirectory() ? filesOf(folder, `${under}${entry.name}/`) : [`${under}${entry.name}`]));
}

import { existsSync, readFileSync } from 'node:fs';
import { Refusal } from '../refusal.ts';
import { calledAs, placeOf, type Surroundings } from '../surroundings.ts';
import { logOf } from './document.ts';

/** The tracker's text; null where there is none yet. */
export function readTracker(surroundings: Pick<Surroundings, 'config' | 'root'>): string | null {
  const path = placeOf(surroundings, 'tracker.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/**
 * The lines of the tracker's log; none where there is no tracker yet.
 * @throws Refusal where the tracker has lost its log
 */
export function readLog(surroundings: Pick<Surroundings, 'config' | 'root'>): readonly string[] {
  const text = readTracker(surroundings);
  const log = text === null ? [] : logOf(text);
  if (log === null) {
    throw new Refusal('tracker.md has no log that can be read.', `Bring it back from git (git log -p -- tracker.md), then \`${calledAs(surroundings)} mend\`.`);
  }
  return log;
}

import type { Logger } from 'pino';

/** One warning in so long: counts are written every three seconds, and an outage may last. */
const QUIET_MS = 60_000;

/** Told of each time that counts of usage could not be written; warns now and then, and says how many uses will never be counted. */
export function usageTrouble(log: Pick<Logger, 'warn'>, lost: () => number, clock: () => number = () => performance.now()): (error: unknown) => void {
  let quietUntil = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (clock() < quietUntil) return;
    quietUntil = clock() + QUIET_MS;
    log.warn({ err: error, lost: lost() }, 'usage could not be written; verification goes on, and counts wait in memory as long as there is room');
  };
}

import type { ObservedCall } from './observed-call.ts';

/** A rate limit that costs are one of. */
export interface Limit {
  readonly algorithm: 'SLIDING' | 'FIXED';
  readonly limit: number;
  readonly windowMs: number;
}

export interface Judgement {
  readonly admitted: number;
  readonly denied: number;
  /** Admissions that an ideal log would not have made. */
  readonly overAdmitted: number;
  /** Denials at no instant of which an ideal log was full. */
  readonly falselyDenied: number;
}

/**
 * Holds what callers saw against an ideal log of the admissions, to the millisecond of the store's clock. Of an admission the log has the
 * instant. Of a denial it has the wait that was told: at some instant between question and answer the log must have said the very same.
 * @param slackMs how far the store's clock may be from the callers'
 */
export function judge(calls: readonly ObservedCall[], limit: Limit, slackMs: number): Judgement {
  const log = calls.flatMap(({ code, decidedMs }) => (code === 'VALID' && decidedMs !== null ? [decidedMs] : [])).sort((one, other) => one - other);
  const denials = calls.filter(({ code }) => code === 'RATE_LIMITED');
  return {
    admitted: log.length, denied: denials.length,
    overAdmitted: log.filter((instant, at) => counted(log.slice(0, at), instant, limit).length >= limit.limit).length,
    falselyDenied: denials.filter((denial) => !isRight(denial, log, limit, slackMs)).length,
  };
}

function isRight({ sentMs, answeredMs, resetMs }: ObservedCall, log: readonly number[], limit: Limit, slackMs: number): boolean {
  for (let instant = sentMs - slackMs; instant <= answeredMs + slackMs; instant += 1) {
    const wait = waitAt(log, instant, limit);
    if (wait > 0 && wait === resetMs) return true;
  }
  return false;
}

/** How long, at an instant, until there is room for one more; 0 where there is. */
function waitAt(log: readonly number[], instant: number, limit: Limit): number {
  const full = counted(log, instant, limit);
  // The last that must leave: older ones leave before it.
  const leaving = full[full.length - limit.limit];
  if (leaving === undefined) return 0;
  return (limit.algorithm === 'SLIDING' ? leaving : beginOf(leaving, limit)) + limit.windowMs - instant;
}

/** The admissions of a log that count at an instant. */
const counted = (log: readonly number[], instant: number, limit: Limit): readonly number[] =>
  log.filter((admitted) => admitted <= instant && (limit.algorithm === 'SLIDING' ? admitted + limit.windowMs > instant : beginOf(admitted, limit) === beginOf(instant, limit)));

const beginOf = (instant: number, { windowMs }: Limit): number => instant - (instant % windowMs);

/** The most admissions that certainly lie in one window, where only their callers' times are known. */
export function mostInOneWindow(calls: readonly ObservedCall[], windowMs: number): number {
  const admitted = calls.filter(({ code }) => code === 'VALID');
  const within = ({ sentMs: from }: ObservedCall): number => admitted.filter(({ sentMs, answeredMs }) => sentMs >= from && answeredMs < from + windowMs).length;
  return Math.max(0, ...admitted.map(within));
}

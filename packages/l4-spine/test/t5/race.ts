import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Answer, Ask, Cast, Registry, Stage } from './stage.ts';

/** Two writes of one tenant that meet, again and again. */
export interface Race {
  /** Answers a write whose rule the other one would break, for this round. */
  guarded(stage: Stage, tenant: Cast): Ask;
  breaking(stage: Stage, tenant: Cast): Ask;
  /** Brings the tenant back to where a round begins; also called before the first. */
  mend(stage: Stage, tenant: Cast): Promise<unknown>;
}

/** The entries of a chain that decide who came first. */
export interface ChainStep {
  readonly seq: number;
  readonly method: string;
  readonly subject: string | null;
}

export interface RaceReport {
  readonly rounds: number;
  /** Guarded writes that were committed, and that a rule denied. */
  readonly committed: number;
  readonly denied: number;
  /** What neither of the two writes may ever answer: outages, bugs, other refusals. */
  readonly others: readonly unknown[];
  /** Guarded writes that were committed after the write that breaks their fact. */
  readonly violations: number;
}

/** How many tenants race at once. Two connections each, on a pool of 16. */
const LANES = 6;

/**
 * Lets the two writes meet `rounds` times, spread over several tenants, and counts afterwards, on the audit chains, how often
 * the guarded one came too late; ends early once there are `enough` of these.
 */
export async function race(
  stage: Stage,
  registry: Registry,
  { guarded, breaking, mend }: Race,
  { rounds, enough = Infinity, isTooLate }: { readonly rounds: number; readonly enough?: number; isTooLate(chain: readonly ChainStep[]): number },
): Promise<RaceReport> {
  const report = { rounds: 0, committed: 0, denied: 0, others: [] as unknown[], violations: 0 };
  const tally = (answer: Answer, isGuarded: boolean): void => {
    const { result } = answer;
    if (result.ok) report.committed += isGuarded ? 1 : 0;
    else if (result.denial.code === 'INVARIANT_VIOLATION') report.denied += isGuarded ? 1 : 0;
    else report.others.push(result.denial);
  };
  const lane = async (): Promise<void> => {
    const tenant = await stage.tenant({ plan: 'WIDE' });
    let late = 0;
    while (report.rounds < rounds && report.violations < enough) {
      report.rounds += 1;
      const round = report.rounds;
      await mend(stage, tenant);
      const [first, second] = [() => stage.ask(guarded(stage, tenant), registry), () => stage.ask(breaking(stage, tenant), registry)];
      // Who is asked first, and how long before the other, differs from round to round.
      const answers = round % 2 === 0 ? [first(), delayed(round % 5, second)] : [delayed(round % 7, first), second()];
      const [guardedAnswer, breakingAnswer] = await Promise.all(answers);
      if (guardedAnswer !== undefined) tally(guardedAnswer, true);
      if (breakingAnswer !== undefined) tally(breakingAnswer, false);
      if (enough === Infinity) continue;
      const found = isTooLate(await chainOf(stage, tenant));
      report.violations += found - late;
      late = found;
    }
    if (enough === Infinity) report.violations += isTooLate(await chainOf(stage, tenant));
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return report;
}

async function delayed<Value>(turns: number, work: () => Promise<Value>): Promise<Value> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  return work();
}

/**
 * What was committed in a tenant, in the order of the commits.
 *
 * Why the order of `seq` is that order: the head of a chain is one row, which every write locks before its handler runs and
 * holds until its transaction has ended; the entry takes the next number under that lock. So the write that got number n + 1
 * locked the head after the one with number n had committed, and no two can have been committed the other way round.
 */
export const chainOf = (stage: Stage, { id }: Pick<Cast, 'id'>): Promise<ChainStep[]> =>
  stage.db.asOwner<ChainStep>(
    `select seq::int as seq, method, subject from audit_entries where tenant_id = $1 and outcome = 'COMMITTED' order by seq`,
    [id],
  );

/** Counts the `guarded` writes between one that breaks their fact and the next one that mends it. */
export const afterBreaking =
  (guarded: string, breaking: string, mending: string | null) =>
  (chain: readonly ChainStep[]): number => {
    let isBroken = false;
    let found = 0;
    for (const { method } of chain) {
      if (method === breaking) isBroken = true;
      else if (method === mending) isBroken = false;
      else if (method === guarded && isBroken) found += 1;
    }
    return found;
  };

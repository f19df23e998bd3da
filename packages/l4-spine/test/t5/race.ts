import { setImmediate as nextTurn } from 'node:timers/promises';
import { expectDenied } from '@hoc/testbed/composed';
import { WIDE_PLAN, type Answer, type Ask, type Cast, type Registry, type Stage } from './stage.ts';

/** What the two writes of a round meet on. */
export interface Scene {
  readonly tenant: Cast;
  /** The id of the thing in the tenant that both are about, if any. */
  readonly id: string;
}

/** A guarded write, and one that would break what its rule stands on. They meet again and again. */
export interface Race<Met extends Scene = Scene> {
  /** Makes the scene of a round, on the lane's tenant or on another. */
  begin(stage: Stage, tenant: Cast): Promise<Met>;
  guarded(scene: Met, stage: Stage): Ask;
  breaking(scene: Met, stage: Stage): Ask;
  /** How much longer than a plain write the guarded one takes before it decides, so that either comes first in some rounds. Default: 1. */
  readonly stretch?: number;
  /** How many of the guarded writes in a chain came after the one that breaks their fact. */
  countLate(chain: readonly ChainStep[]): number;
}

/** A committed write, as a tenant's chain has it. */
export interface ChainStep {
  readonly tenantId: string;
  readonly method: string;
  readonly subject: string | null;
  readonly actorId: string;
  /** The project of the key that the write is about. */
  readonly projectId: string | null;
}

export interface RaceReport {
  readonly rounds: number;
  /** Guarded writes that were committed, and that a rule denied. */
  readonly committed: number;
  readonly denied: number;
  /** By which rules: each set of them that a denial named. */
  readonly deniedBy: readonly string[];
  /** Writes that break the fact and were committed. */
  readonly broken: number;
  /** Guarded writes that were committed after the one that breaks their fact. */
  readonly late: number;
  /** What neither write may ever answer: outages, bugs, other refusals. */
  readonly others: readonly unknown[];
  /** The tenants that it took place in. */
  readonly tenants: readonly string[];
}

/** How many tenants race at once: two connections each, of the sixteen in the pool. */
const LANES = 6;

/** Lets the two writes meet `rounds` times, on several tenants at once; ends early where `enough` went wrong: came too late, or ended as no write may. */
export async function race(
  stage: Stage,
  registry: Registry,
  { begin, guarded, breaking, countLate, stretch = 1 }: Race,
  { rounds, enough = Infinity }: { readonly rounds: number; readonly enough?: number },
): Promise<RaceReport> {
  const report = { rounds: 0, committed: 0, denied: 0, broken: 0, others: [] as unknown[] };
  const deniedBy = new Set<string>();
  const lateIn = new Map<string, number>();
  const late = (): number => [...lateIn.values()].reduce((sum, found) => sum + found, 0);
  const lane = async (): Promise<void> => {
    const home = await stage.tenant({ plan: WIDE_PLAN });
    while (report.rounds < rounds && late() + report.others.length < enough) {
      report.rounds += 1;
      const round = report.rounds;
      const scene = await begin(stage, home);
      const [written, broken] = await meet(round, () => stage.ask(guarded(scene, stage), registry), () => stage.ask(breaking(scene, stage), registry), stretch);
      report.committed += written.result.ok ? 1 : 0;
      report.broken += broken.result.ok ? 1 : 0;
      report.denied += isRefusal(written) ? 1 : 0;
      if (isRefusal(written)) deniedBy.add(refusedBy(written));
      report.others.push(...[written, broken].flatMap((answer) => (answer.result.ok || isRefusal(answer) ? [] : [answer.result.denial])));
      lateIn.set(scene.tenant.id, enough === Infinity ? 0 : countLate(await chainOf(stage, scene.tenant.id)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  for (const tenantId of lateIn.keys()) lateIn.set(tenantId, countLate(await chainOf(stage, tenantId)));
  return { ...report, deniedBy: [...deniedBy], late: late(), tenants: [...lateIn.keys()] };
}

/** What a report says in one line of the test's output. */
export const summary = ({ rounds, committed, denied, late }: RaceReport): string =>
  `${rounds} rounds: ${committed} guarded writes committed, ${denied} denied, ${late} came too late`;

const isRefusal = ({ result }: Answer): boolean => !result.ok && (result.denial.code === 'INVARIANT_VIOLATION' || result.denial.code === 'NOT_FOUND');

/** By what a refused call was refused: the rules that its denial names, or its code where it names none. */
export const refusedBy = ({ result }: Answer): string => {
  const { code, violations } = expectDenied(result);
  return violations?.map(({ invariantId }) => invariantId).join() ?? code;
};

/** {@link refusedBy}, of all those among the answers that were refused. */
export const refusals = (answers: readonly Answer[]): string[] => answers.filter(({ result }) => !result.ok).map(refusedBy);

/** Lets two writes meet: who is asked first, and how long before the other, differs from round to round. */
export const meet = <Write, Breach>(round: number, write: () => Promise<Write>, breach: () => Promise<Breach>, stretch = 1): Promise<[Write, Breach]> =>
  Promise.all(round % 2 === 0 ? [write(), after((round % 5) * stretch, breach)] : [after(round % 7, write), breach()]);

async function after<Value>(turns: number, work: () => Promise<Value>): Promise<Value> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  return work();
}

/**
 * What was committed in a tenant, in the order of the commits.
 *
 * Why the order of `seq` is that order: the head of a chain is one row, which every write locks before its handler runs and
 * holds until its transaction has ended; its entry takes the next number under that lock. So the write with number n + 1
 * locked the head after the one with number n had committed, and no two can have committed the other way round.
 */
export const chainOf = (stage: Stage, tenantId: string): Promise<ChainStep[]> =>
  stage.db.asOwner<ChainStep>(
    `select entry.tenant_id as "tenantId", entry.method, entry.subject, entry.actor->>'id' as "actorId", key.project_id as "projectId"
      from audit_entries as entry left join api_keys as key on key.tenant_id = entry.tenant_id and key.id = entry.subject
      where entry.tenant_id = $1 and entry.outcome = 'COMMITTED' order by entry.seq`,
    [tenantId],
  );

/** Counts the `guarded` writes between one that breaks their fact and the next one that mends it. */
export const countBetween =
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

/** Counts the `guarded` writes that stand on something which a `breaking` write, whose subject it was, had ended before. */
export const countOnEnded =
  (guarded: string, breaking: string, standsOn: (step: ChainStep) => string | null) =>
  (chain: readonly ChainStep[]): number => {
    const ended = new Set<string>();
    let found = 0;
    for (const step of chain) {
      if (step.method === breaking && step.subject !== null) ended.add(step.subject);
      const ground = standsOn(step);
      if (step.method === guarded && ground !== null && ended.has(ground)) found += 1;
    }
    return found;
  };

/** Asks all at once, of these servers in turn. */
export const rush = (stage: Stage, asks: readonly Ask[], servers: readonly Registry[] = stage.fleet): Promise<Answer[]> =>
  Promise.all(asks.map((ask, number) => stage.ask(ask, servers[number % servers.length])));

/** Does `round` so many times, several at once, each with its number. */
export async function often(rounds: number, round: (number: number) => Promise<void>): Promise<void> {
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < rounds) {
      begun += 1;
      await round(begun);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

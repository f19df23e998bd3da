import { DeadlineExceeded, within } from './deadline.ts';
import type { ResolvedFacts } from './evaluation.ts';
import type { AnyFact } from './fact.ts';
import type { Request } from './request.ts';

type Resolve = (scope: unknown, request: Request<unknown>) => Promise<unknown>;

/** Asks one fact; a resolver that throws at once is a rejected promise too. */
async function ask(fact: AnyFact, scope: unknown, request: Request<unknown>): Promise<unknown> {
  // The registry compiled the plan of facts for this very scope and input; both are erased in AnyFact.
  return (fact.resolve as Resolve)(scope, request);
}

/**
 * Resolves all facts in the plan's lock order, sending each before waiting for any (see {@link AnyFact}).
 * Never rejects: what could not be read within `ms` is among the failures.
 */
export async function resolvePipelined(facts: readonly AnyFact[], scope: unknown, request: Request<unknown>, ms: number): Promise<ResolvedFacts> {
  const values: Record<string, unknown> = {};
  const failures = new Map<string, unknown>();
  const open = new Set(facts);
  const answers = facts.map(async (fact) => {
    try {
      values[fact.name] = await ask(fact, scope, request);
    } catch (error) {
      failures.set(fact.name, error);
    }
    open.delete(fact);
  });
  try {
    await within(ms, 'reading the facts', Promise.all(answers));
  } catch (error) {
    if (!(error instanceof DeadlineExceeded)) throw error;
    for (const fact of open) failures.set(fact.name, error);
  }
  // A late answer must not change what was already judged.
  return { values: { ...values }, failures: new Map(failures) };
}

/** Resolves facts one by one, each such that its failure leaves the transaction usable. For writes that MONITOR lets go on. */
export async function resolveGuarded(
  facts: readonly AnyFact[],
  scope: unknown,
  request: Request<unknown>,
  ms: number,
  savepoint: (work: () => Promise<unknown>) => Promise<unknown>,
): Promise<ResolvedFacts> {
  const values: Record<string, unknown> = {};
  const failures = new Map<string, unknown>();
  for (const fact of facts) {
    try {
      // Sequential on purpose: a savepoint holds one fact, and the order is the lock order.
      // oxlint-disable-next-line no-await-in-loop
      values[fact.name] = await savepoint(() => within(ms, `reading the fact ${fact.name}`, ask(fact, scope, request)));
    } catch (error) {
      failures.set(fact.name, error);
    }
  }
  return { values, failures };
}

/** The facts as a handler sees them: a fact that could not be read throws when it is touched, and says so. */
export function factsForHandler({ values, failures }: ResolvedFacts): Readonly<Record<string, unknown>> {
  if (failures.size === 0) return Object.freeze(values);
  const facts = { ...values };
  for (const name of failures.keys()) {
    Object.defineProperty(facts, name, {
      get() {
        throw new Error(`the fact ${name} could not be read`);
      },
    });
  }
  return Object.freeze(facts);
}

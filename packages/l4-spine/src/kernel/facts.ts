import { within } from './deadline.ts';
import type { ResolvedFacts } from './evaluation.ts';
import type { AnyFact } from './fact.ts';
import type { AnyInvariant } from './invariant.ts';
import type { AnyKernel } from './kernel.ts';
import type { Mode } from './mode.ts';
import type { WritePlan } from './plan.ts';
import type { Storage, Transaction } from './ports.ts';
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
  if (facts.length === 0) return { values, failures };
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
    // The answers catch what becomes of them: only the deadline is left to reject.
    for (const fact of open) failures.set(fact.name, error);
  }
  // A late answer must not change what was already judged.
  return { values: { ...values }, failures: new Map(failures) };
}

/** Resolves facts one by one, each such that its failure leaves the transaction usable. For writes that MONITOR lets go on. */
export async function resolveGuarded(
  facts: readonly AnyFact[],
  tx: Transaction<unknown>,
  request: Request<unknown>,
  ms: number,
): Promise<ResolvedFacts> {
  const values: Record<string, unknown> = {};
  const failures = new Map<string, unknown>();
  for (const fact of facts) {
    try {
      // One after the other on purpose: a savepoint holds one fact, and the order is the lock order.
      values[fact.name] = await tx.savepoint(() => within(ms, `reading the fact ${fact.name}`, ask(fact, tx.scope, request)));
    } catch (error) {
      failures.set(fact.name, error);
    }
  }
  return { values, failures };
}

/** Resolves the facts of the postconditions, on the state that the handler left. Rejects on an outage. */
export async function resolveAgain(
  kernel: AnyKernel,
  tx: Transaction<unknown>,
  plan: WritePlan,
  request: Request<unknown>,
  modeOf: (invariant: AnyInvariant) => Mode,
): Promise<ResolvedFacts> {
  // Where a rule in MONITOR may let the write go on, a fact that fails must not take the transaction with it.
  const facts = plan.after.some((invariant) => modeOf(invariant) === 'MONITOR')
    ? await resolveGuarded(plan.factsAfter, tx, request, kernel.evaluationTimeoutMs)
    : await resolvePipelined(plan.factsAfter, tx.scope, request, kernel.evaluationTimeoutMs);
  throwOutageAmong(facts, kernel.storage);
  return facts;
}

/**
 * Throws the first of the failures that is storage's and not the fact's. A lost database is no verdict on a rule: the
 * write is told to come again.
 */
export function throwOutageAmong({ failures }: ResolvedFacts, storage: Pick<Storage<unknown, unknown, unknown>, 'classify'>): void {
  for (const error of failures.values()) if (storage.classify(error) !== 'BUG') throw error;
}

/** The facts as a handler sees them: a fact that could not be read throws when it is touched, and says so. */
export function factsForHandler({ values, failures }: ResolvedFacts): Readonly<Record<string, unknown>> {
  if (failures.size === 0) return Object.freeze(values);
  const facts = { ...values };
  for (const name of failures.keys()) {
    // Enumerable, so that a handler that copies all facts touches it too.
    Object.defineProperty(facts, name, {
      enumerable: true,
      get() {
        throw new Error(`the fact ${name} could not be read`);
      },
    });
  }
  return Object.freeze(facts);
}

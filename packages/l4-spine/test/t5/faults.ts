import type { AnyFact } from '@hoc/l4-spine/kernel/fact';
import type { Request } from '@hoc/l4-spine/kernel/request';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import type { Backend } from '@hoc/testbed/databases';
import { describe, expect, test } from 'vitest';
import type { RuleId } from './domain-rules.ts';
import { tenantOf } from './proof.ts';
import { chainOf, entriesOf, snapshot, violationsOf } from './records.ts';
import type { Ask, Registry, Stage } from './stage.ts';
import { withCheck, withFact } from './substitutes.ts';

/** A resolver that fails; it fits every fact, for it answers nothing. */
type Broken = (scope: WriteScope, request: Request<never>) => Promise<never>;

/** One fact of one write, and how to break its resolver. */
export interface FaultyFact {
  readonly fact: AnyFact;
  readonly needed: string;
  /** The rules of this write that need the fact. */
  readonly rules: readonly RuleId[];
  arrange(stage: Stage): Promise<Ask>;
  /** In MONITOR the write goes on: to its end, or to the point where the handler touches the fact that is not there. */
  readonly monitored: 'COMMITTED' | 'FAILED';
}

/** Longer than a healthy fact takes on a busy machine; what never settles costs this much per attempt. */
const TIMEOUT_MS = 150;

const FAULTS: readonly { readonly fault: string; readonly resolve: Broken; readonly evaluationTimeoutMs?: number }[] = [
  { fault: 'rejects', resolve: () => Promise.reject(new Error('this fact is broken')) },
  {
    fault: 'throws before it has sent anything',
    resolve: () => {
      throw new TypeError('this fact is broken');
    },
  },
  {
    // PostgreSQL has no NUL in its texts: the statement fails and takes the transaction with it.
    fault: 'fails in the database',
    resolve: async (scope) => {
      await scope.tenants.get('\0');
      throw new Error('the database took a NUL');
    },
  },
  { fault: 'never settles', resolve: () => new Promise(() => {}), evaluationTimeoutMs: TIMEOUT_MS },
];

/** Proves of each fact that no failure of its resolver is taken for an answer. What never settles costs time: that is proven once per fact, on PostgreSQL. */
export function failClosed(stage: () => Stage, backend: Backend, facts: readonly FaultyFact[]): void {
  describe.each(facts)('the fact $fact.name, needed to $needed', (faulty) => {
    const isFirstOfFact = facts.find(({ fact }) => fact === faulty.fact) === faulty;
    const faults = FAULTS.filter(({ evaluationTimeoutMs }) => evaluationTimeoutMs === undefined || (backend === 'postgres' && isFirstOfFact));
    test.each(faults)('$fault: ENFORCE and STRICT deny before the handler, MONITOR records', async ({ resolve, evaluationTimeoutMs }) => {
      const on = stage();
      const registry = on.server({ substitute: withFact(faulty.fact, resolve), ...(evaluationTimeoutMs === undefined ? {} : { evaluationTimeoutMs }) });
      const ask = await faulty.arrange(on);
      const scope = tenantOf(ask) === 'platform' ? null : tenantOf(ask);
      await isDenied(on, registry, faulty, ask, 'STRICT');
      await on.inMode(faulty.rules, 'ENFORCE', scope, () => isDenied(on, registry, faulty, ask, 'ENFORCE'));
      await on.inMode(faulty.rules, 'MONITOR', scope, () => isRecorded(on, registry, faulty, ask));
    });
  });
}

/** Proves of each rule that a check which throws, or answers nothing, is no consent. */
export function checksFailClosed(stage: () => Stage, facts: readonly FaultyFact[]): void {
  const rules = [...new Map(facts.flatMap((faulty) => faulty.rules.map((rule) => [rule, faulty] as const))).entries()].map(([rule, faulty]) => ({ rule, faulty }));
  test.each(rules)('a check of $rule that throws, or that answers nothing, denies', async ({ rule, faulty: { arrange } }) => {
    const on = stage();
    const checks = [
      () => {
        throw new Error('this check is broken');
      },
      // Against its type, as a check with a forgotten return would be in JavaScript.
      () => undefined as unknown as true,
    ];
    const ask = await arrange(on);
    const rows = await snapshot(on.db);
    for (const holds of checks) {
      const { result, requestId } = await on.ask(ask, on.server({ substitute: withCheck(rule, holds) }));
      expect(expectDenied(result)).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503 });
      expect((await entriesOf(on.db, requestId))[0]?.invariants).toContainEqual({ id: rule, mode: 'STRICT', outcome: 'UNEVALUABLE' });
    }
    expect(await snapshot(on.db)).toBe(rows);
  });
}

async function isDenied(on: Stage, registry: Registry, { rules }: FaultyFact, ask: Ask, mode: 'STRICT' | 'ENFORCE'): Promise<void> {
  const before = { calls: on.spy.calls(ask.address, ask.method), rows: await snapshot(on.db), chain: await chainOf(on.db, tenantOf(ask)) };
  const { result, requestId } = await on.ask(ask, registry);
  expect(expectDenied(result)).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503, retryAfterSeconds: 1 });
  // A postcondition is judged after the handler, whose work is rolled back.
  const isAfter = rules.includes('BI-TENANT-005');
  expect(on.spy.calls(ask.address, ask.method), 'handler calls').toBe(before.calls + (isAfter ? 1 : 0));
  expect(await snapshot(on.db), 'rows').toBe(before.rows);
  const [entry, ...others] = await entriesOf(on.db, requestId);
  expect(others).toEqual([]);
  expect(entry).toMatchObject({ tenantId: before.chain, outcome: 'DENIED' });
  for (const id of rules) expect(entry?.invariants).toContainEqual({ id, mode, outcome: 'UNEVALUABLE' });
  // A failed statement takes the facts read after it along; there may be more, but never less.
  const violations = await violationsOf(on.db, requestId);
  for (const violation of violations) expect(violation.message).toMatch(/^the fact \w+ could not be read$/);
  expect(violations.map(({ invariantId, mode, outcome }) => `${invariantId} ${mode} ${outcome}`)).toEqual(
    expect.arrayContaining(rules.map((id) => `${id} ${mode} BLOCKED`)),
  );
  expect(on.composed.failures.some((failure) => failure.requestId === requestId), 'told to whoever runs the server').toBe(true);
}

async function isRecorded(on: Stage, registry: Registry, { rules, fact, monitored }: FaultyFact, ask: Ask): Promise<void> {
  const before = { calls: on.spy.calls(ask.address, ask.method), rows: await snapshot(on.db) };
  const { result, requestId } = await on.ask(ask, registry);
  expect(on.spy.calls(ask.address, ask.method), 'handler calls').toBe(before.calls + 1);
  if (monitored === 'COMMITTED') expectOk(result);
  else expect(expectDenied(result)).toMatchObject({ code: 'INTERNAL', status: 500 });
  if (monitored === 'FAILED') expect(await snapshot(on.db), 'rows').toBe(before.rows);
  else expect(await snapshot(on.db), 'rows').not.toBe(before.rows);
  const [entry] = await entriesOf(on.db, requestId);
  expect(entry?.outcome).toBe(monitored);
  // These and no others: the savepoint has kept the failure from the facts read after it.
  for (const id of rules) expect(entry?.invariants).toContainEqual({ id, mode: 'MONITOR', outcome: 'UNEVALUABLE' });
  const violations = await violationsOf(on.db, requestId);
  expect(violations.map(({ invariantId, mode, outcome, message }) => ({ invariantId, mode, outcome, message }))).toEqual(
    rules.toSorted().map((invariantId) => ({ invariantId, mode: 'MONITOR', outcome: 'RECORDED', message: `the fact ${fact.name} could not be read` })),
  );
}

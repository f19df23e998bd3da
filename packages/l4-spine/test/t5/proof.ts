import type { Mode } from '@hoc/l4-spine/kernel/mode';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test, type TestContext } from 'vitest';
import { rulesOf, type RuleId } from './domain-rules.ts';
import { proved } from './proved.ts';
import { chainOf, entriesOf, snapshot, violationsOf } from './records.ts';
import type { Ask, Registry, Stage } from './stage.ts';

/** A state, and a call, that one rule refuses. */
export interface Negative {
  readonly rule: RuleId;
  /** The call and the bad state, in words. */
  readonly what: string;
  /** Brings the state about and answers the call. */
  arrange(stage: Stage): Promise<Ask>;
  readonly status: 403 | 404 | 409 | 422 | 500;
  /** A part of the sentence that the violation says. A rule that answers 404 says nothing to the caller. */
  readonly says: string;
  /** How the call ends when the rule is only monitored: the write is done, or its handler refuses with this code. */
  readonly monitored: 'COMMITTED' | 'NOT_FOUND' | 'ALREADY_ARCHIVED' | 'ALREADY_PROVISIONED' | 'STEP_REFUSED' | 'NOT_NEXT_STEP' | 'EVIDENCE_MISSING' | 'PLAN_LIMIT';
  /** Rules that this state breaks as well; they are in MONITOR while this one is proven. */
  readonly aside?: readonly RuleId[];
  /** The rule is judged after the handler. */
  readonly isAfter?: boolean;
  /** The definitions that the call is made on, where they are not HOC's own. */
  on?(stage: Stage): Registry;
}

/** A state, and a call, that every rule lets through. */
export interface Positive {
  readonly rules: readonly RuleId[];
  readonly what: string;
  arrange(stage: Stage): Promise<Ask>;
}

/** Proves what each negative states, in every mode. */
export function refuses(stage: () => Stage, negatives: readonly Negative[]): void {
  // Not `describe.each`, which cuts what a name says: these names stand in the evidence, and each must be one test's.
  for (const negative of negatives) {
    describe(`${negative.rule} refuses ${negative.what}`, () => {
      test('in STRICT and in ENFORCE before the handler, with nothing written', ({ task }) => blocks(task, stage(), negative));
      test('in MONITOR not: it is recorded, and the handler runs', ({ task }) => isRecorded(task, stage(), negative));
    });
  }
}

/** Proves that what is allowed goes through, judged by exactly the rules of its anchor. */
export function allows(stage: () => Stage, positives: readonly Positive[]): void {
  for (const { what, rules, arrange } of positives) {
    test(`${what} is let through by ${rules.join(', ')}`, async ({ task }) => {
      const on = stage();
      const ask = await arrange(on);
      const before = { calls: on.spy.calls(ask.address, ask.method), rows: await snapshot(on.db) };
      const { result, requestId } = await on.ask(ask);
      expectOk(result);
      expect(on.spy.calls(ask.address, ask.method)).toBe(before.calls + 1);
      expect(await snapshot(on.db)).not.toBe(before.rows);
      const [entry, ...others] = await entriesOf(on.db, requestId);
      expect(others).toEqual([]);
      expect(entry).toMatchObject({ outcome: 'COMMITTED', tenantId: tenantOf(ask) });
      expect(entry?.invariants).toEqual(rulesOf(entry?.anchor ?? '').map((id) => ({ id, mode: 'STRICT', outcome: 'HELD' })));
      expect(entry?.invariants.map(({ id }) => id)).toEqual(expect.arrayContaining([...rules]));
      expect(await violationsOf(on.db, requestId)).toEqual([]);
      for (const rule of rules) proved(task, rule, 'pass');
    });
  }
}

type Task = TestContext['task'];

async function blocks(task: Task, stage: Stage, negative: Negative): Promise<void> {
  const { rule, arrange, aside = [], on } = negative;
  const ask = await arrange(stage);
  const registry = on?.(stage);
  const modesOf = await modeScopeOf(stage, ask);
  await stage.inMode(aside, 'MONITOR', modesOf, async () => {
    // Nobody has set anything: this is the STRICT of a fresh installation.
    await isBlocked(stage, negative, ask, 'STRICT', registry);
    proved(task, rule, 'deny', 'STRICT');
    await stage.inMode([rule], 'ENFORCE', modesOf, () => isBlocked(stage, negative, ask, 'ENFORCE', registry));
    proved(task, rule, 'ENFORCE');
    // And now it is the STRICT that an operator has set.
    await isBlocked(stage, negative, ask, 'STRICT', registry);
  });
}

async function isBlocked(stage: Stage, negative: Negative, ask: Ask, mode: Mode, registry?: Registry): Promise<void> {
  const { rule, status, says, aside = [], isAfter = false } = negative;
  const chain = await chainOf(stage.db, tenantOf(ask));
  const calls = stage.spy.calls(ask.address, ask.method);
  const rows = await snapshot(stage.db);
  const { result, requestId } = await stage.ask(ask, registry);
  const denial = expectDenied(result);
  if (status === 404) {
    // It names nothing, not even the rule.
    expect(denial).toEqual({ code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.', requestId });
  } else {
    expect(denial).toMatchObject({ code: 'INVARIANT_VIOLATION', status, violations: [{ invariantId: rule }] });
    expect(denial.violations).toHaveLength(1);
    const [violation] = denial.violations ?? [];
    expect(violation?.message.toLowerCase()).toContain(says.toLowerCase());
    expect(violation?.remediation).not.toBe('');
  }
  expect(stage.spy.calls(ask.address, ask.method), 'handler calls').toBe(isAfter ? calls + 1 : calls);
  expect(await snapshot(stage.db), 'rows').toBe(rows);
  await isOnRecord(stage, negative, { requestId, chain, entry: 'DENIED', mode, outcome: 'BLOCKED', aside });
}

async function isRecorded(task: Task, stage: Stage, negative: Negative): Promise<void> {
  const { rule, arrange, monitored, aside = [], on } = negative;
  const ask = await arrange(stage);
  const registry = on?.(stage);
  await stage.inMode([rule, ...aside], 'MONITOR', await modeScopeOf(stage, ask), async () => {
    const chain = monitored === 'COMMITTED' ? tenantOf(ask) : await chainOf(stage.db, tenantOf(ask));
    const calls = stage.spy.calls(ask.address, ask.method);
    const rows = await snapshot(stage.db);
    const { result, requestId } = await stage.ask(ask, registry);
    expect(stage.spy.calls(ask.address, ask.method), 'handler calls').toBe(calls + 1);
    if (monitored === 'COMMITTED') {
      expectOk(result);
      expect(await snapshot(stage.db), 'rows').not.toBe(rows);
    } else {
      expect(expectDenied(result).code).toBe(monitored);
      expect(await snapshot(stage.db), 'rows').toBe(rows);
    }
    const entry = monitored === 'COMMITTED' ? 'COMMITTED' : 'DENIED';
    await isOnRecord(stage, negative, { requestId, chain, entry, mode: 'MONITOR', outcome: 'RECORDED', aside });
    proved(task, rule, 'MONITOR');
  });
}

interface Record {
  readonly requestId: string;
  readonly chain: string;
  readonly entry: 'COMMITTED' | 'DENIED';
  readonly mode: Mode;
  readonly outcome: 'RECORDED' | 'BLOCKED';
  readonly aside: readonly RuleId[];
}

/** One entry in the right chain, and one violation per rule that the state breaks. */
async function isOnRecord({ db }: Stage, { rule, says }: Negative, { requestId, chain, entry, mode, outcome, aside }: Record): Promise<void> {
  const entries = await entriesOf(db, requestId);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({ tenantId: chain, outcome: entry });
  expect(entries[0]?.invariants).toContainEqual({ id: rule, mode, outcome: 'BROKEN' });
  const violations = await violationsOf(db, requestId);
  expect(violations.map(({ invariantId }) => invariantId)).toEqual([rule, ...aside].toSorted());
  const own = violations.find(({ invariantId }) => invariantId === rule);
  expect(own).toMatchObject({ tenantId: chain, mode, outcome });
  expect(own?.message).toContain(says);
}

/** The tenant that a call works on, by the rule of authority: a tenant's own principal cannot name another. */
export const tenantOf = ({ principal, tenantId }: Pick<Ask, 'principal' | 'tenantId'>): string => principal.tenantId ?? tenantId ?? 'platform';

/** Modes are set for the tenant; for all, where the call works on none that exists. */
async function modeScopeOf({ db }: Stage, ask: Ask): Promise<string | null> {
  const tenantId = tenantOf(ask);
  const known = await db.asOwner('select 1 from tenants where tenant_id = $1', [tenantId]);
  return known.length > 0 ? tenantId : null;
}


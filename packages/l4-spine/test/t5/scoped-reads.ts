import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import type { RuleId } from './domain-rules.ts';
import { proved } from './proved.ts';
import { entriesOf, snapshot, violationsOf } from './records.ts';
import type { Ask, Cast, Stage } from './stage.ts';
import { withCheck } from './substitutes.ts';

/** Reads that a rule holds to one tenant. */
export interface ScopedReads {
  readonly rule: RuleId;
  readonly address: string;
  /** The anchor that they share. */
  readonly anchor: string;
  readonly message: string;
  readonly reads: readonly ScopedRead[];
  /** Makes a tenant with something to be read, and answers the id of that. */
  arrange(stage: Stage): Promise<{ readonly tenant: Cast; readonly id: string }>;
}

export interface ScopedRead {
  readonly method: string;
  input(id: string): object;
  /** Whether it is about one thing, which the platform cannot have: where the rule does not stop it, it finds nothing. */
  readonly isOfOne: boolean;
}

/** What an operator asks who names no tenant, or this one. */
export const scopedAsk = (stage: Stage, { address }: ScopedReads, { method, input }: ScopedRead, id: string, tenantId?: string): Ask =>
  stage.byOperator(address, method, input(id), tenantId);

/**
 * Proves a rule of reads. It stands on nothing stored: whether a request names a tenant is in the request itself. So nothing can be
 * written anywhere that would break it, in any mode; a read that it stops is on record like a denied write.
 */
export function readsAreScoped(stage: () => Stage, scoped: ScopedReads): void {
  const { rule, anchor, message, reads, arrange } = scoped;
  const [first] = reads;
  if (first === undefined) throw new Error(`${rule} holds no reads`);
  const ask = (read: ScopedRead, id: string, tenantId?: string): Ask => scopedAsk(stage(), scoped, read, id, tenantId);

  const isRefused = async (read: ScopedRead, id: string): Promise<void> => {
    const rows = await snapshot(stage().db);
    const { result, requestId } = await stage().ask(ask(read, id));
    expect(expectDenied(result)).toMatchObject({ code: 'INVARIANT_VIOLATION', status: 400, violations: [{ invariantId: rule, severity: 'MEDIUM', message }] });
    expect(await snapshot(stage().db)).toBe(rows);
    expect(await entriesOf(stage().db, requestId)).toMatchObject([{ tenantId: 'platform', outcome: 'DENIED', anchor, invariants: [{ id: rule, mode: 'STRICT', outcome: 'BROKEN' }] }]);
    expect(await violationsOf(stage().db, requestId)).toMatchObject([{ tenantId: 'platform', invariantId: rule, mode: 'STRICT', outcome: 'BLOCKED' }]);
  };
  /** A MEDIUM rule blocks in STRICT alone. What goes on reads the platform, where there is nothing of a tenant. */
  const isRecorded = async (read: ScopedRead, id: string, mode: 'MONITOR' | 'ENFORCE'): Promise<void> => {
    const { result, requestId } = await stage().ask(ask(read, id));
    if (read.isOfOne) expect(expectDenied(result).code).toBe('NOT_FOUND');
    else expect(JSON.stringify(expectOk(result))).not.toContain(id);
    expect(await entriesOf(stage().db, requestId)).toEqual([]);
    expect(await violationsOf(stage().db, requestId)).toMatchObject([{ tenantId: 'platform', invariantId: rule, mode, outcome: 'RECORDED' }]);
  };

  describe(`${rule}, the rule of reads,`, () => {
    test.each(reads)('stops $method that names no tenant in STRICT, and records it in ENFORCE and MONITOR', async (read) => {
      const { id } = await arrange(stage());
      await isRefused(read, id);
      for (const mode of ['ENFORCE', 'MONITOR'] as const) await stage().inMode([rule], mode, null, () => isRecorded(read, id, mode));
      await isRefused(read, id);
    });

    test('is proven in every mode', async ({ task }) => {
      const { id } = await arrange(stage());
      await isRefused(first, id);
      proved(task, rule, 'deny', 'STRICT');
      await stage().inMode([rule], 'ENFORCE', null, () => isRecorded(first, id, 'ENFORCE'));
      proved(task, rule, 'ENFORCE');
      await stage().inMode([rule], 'MONITOR', null, () => isRecorded(first, id, 'MONITOR'));
      proved(task, rule, 'MONITOR');
    });

    test('takes no tenant from the input', async () => {
      const { tenant, id } = await arrange(stage());
      for (const name of ['tenantId', 'tenant', 'scope', 'mode']) {
        const { result } = await stage().ask({ ...ask(first, id), input: { ...first.input(id), [name]: tenant.id } });
        expect(expectDenied(result)).toMatchObject({ code: 'INVALID_INPUT', errors: [{ path: `/${name}`, message: 'unknown key' }] });
      }
    });

    test('whose check throws, or answers nothing, denies', async () => {
      const { tenant, id } = await arrange(stage());
      const broken = [
        () => {
          throw new Error('this check is broken');
        },
        // Against its type, as a check with a forgotten return would be in JavaScript.
        () => undefined as unknown as true,
      ];
      for (const holds of broken) {
        const { result } = await stage().ask(ask(first, id, tenant.id), stage().server({ substitute: withCheck(rule, holds) }));
        expect(expectDenied(result)).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503 });
      }
    });
  });
}

/**
 * The rule stands on the request alone: no write can break its fact, so no two writes can meet on it. What can change under a read
 * is whether its rule is in force. That is the race which stands in the place of the others: no read is stopped, or let go on, by
 * anything but the mode that was committed when it was judged, and each is on record under that mode.
 */
export function modesAgainstReads(stage: () => Stage, scoped: ScopedReads): void {
  const { rule, reads } = scoped;
  const listing = reads.find(({ isOfOne }) => !isOfOne);
  if (listing === undefined) throw new Error(`${rule} holds no read that answers without one thing`);
  const ask = (): Ask => scopedAsk(stage(), scoped, listing, '');

  test('reads that name no tenant, while the mode of their rule is changed: each ends as the mode on its record says', async ({ annotate, task }) => {
    const counts = { stopped: 0, answered: 0 };
    const read = async (): Promise<void> => {
      const { result, requestId } = await stage().ask(ask());
      const [violation, ...others] = await violationsOf(stage().db, requestId);
      expect(others).toEqual([]);
      expect(violation).toMatchObject(result.ok ? { mode: 'MONITOR', outcome: 'RECORDED' } : { mode: 'STRICT', outcome: 'BLOCKED' });
      counts[result.ok ? 'answered' : 'stopped'] += 1;
    };
    for (let round = 0; round < 25; round += 1) {
      const change = stage().setMode(rule, round % 2 === 0 ? 'MONITOR' : 'STRICT', null);
      await Promise.all([change, ...Array.from({ length: 6 }, read)]);
      // From the commit on, the new mode is in force for everybody.
      const { result } = await stage().ask(ask());
      expect(result.ok).toBe(round % 2 === 0);
    }
    await stage().setMode(rule, 'STRICT', null);
    await annotate(`${counts.stopped} stopped, ${counts.answered} let go on`);
    expect(Math.min(counts.stopped, counts.answered)).toBeGreaterThan(10);
    proved(task, rule, 'race');
  });
}

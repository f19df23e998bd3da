import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { StorageError } from '../../test/fixtures/journaled-storage.ts';
import { admin, denialIn, house, libraryStorage, NOW, USUAL, valueIn, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { DeadlineExceeded } from './deadline.ts';
import { fact, type AnyFact, type Lock } from './fact.ts';
import { factsForHandler, resolveGuarded, resolvePipelined, throwOutageAmong } from './facts.ts';
import { transitionInvariant, type AnyInvariant, type Breach } from './invariant.ts';
import type { Mode } from './mode.ts';
import { writeOperation } from './operation.ts';
import { ok } from './result.ts';

const request = { principal: admin, tenantId: 'tnt_a', input: {}, now: NOW, requestId: 'req_1' };
const never = (): Promise<never> => new Promise(() => {});

describe('facts are resolved', () => {
  test('in the lock order of the registry, those without a lock last, whatever the order of the invariants; all are sent before any is answered', async () => {
    const journal: string[] = [];
    const slow = (name: string, lock: Lock): AnyFact =>
      fact({
        name, lock,
        resolve: async (_library: LibraryWriter) => {
          journal.push(`send ${name}`);
          await new Promise((resolve) => { setTimeout(resolve, 2); });
          journal.push(`answer ${name}`);
          return name;
        },
      });
    const [one, two, three, free, alsoFree] = [slow('one', 'share'), slow('two', 'update'), slow('three', 'share'), slow('free', 'none'), slow('alsoFree', 'none')];
    const rule = (id: `BI-${string}-${number}`, needs: readonly AnyFact[]): AnyInvariant =>
      transitionInvariant({ id, guards: ['library.sort'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r', needs, holds: () => true });
    const rules = [rule('BI-BOOK-001', [free, three]), rule('BI-BOOK-002', [alsoFree, two, one, three])] as const;
    const sort = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'sort'], anchor: 'library.sort', input: z.strictObject({}), output: z.null(),
      // `rule` widens the anchor, which freeze checks again.
      invariants: rules as never, subject: () => null, run: async () => ok(null),
    });
    const { registry, storage } = house({ operations: [sort], invariants: rules }, { lockOrder: ['one', 'two', 'three'] }, journal);
    valueIn(await registry.execute('library.write', { method: 'sort', principal: admin, input: {} }));
    // The locks of the facts, then the lock of the chain; each fact once.
    expect(storage.journal.slice(0, 8)).toEqual(['begin tnt_a', 'governance', 'send one', 'send two', 'send three', 'send free', 'send alsoFree', 'auditHead']);
    expect(storage.journal.slice(8, 13).toSorted()).toEqual(['answer alsoFree', 'answer free', 'answer one', 'answer three', 'answer two']);
  });

  test('such that one that throws at once is a failure like one that rejects', async () => {
    const error = new Error('at once');
    const hasty = fact({ name: 'hasty', lock: 'none', resolve: () => { throw error; } });
    const late = fact({ name: 'late', lock: 'none', resolve: () => Promise.reject(error) });
    const fine = fact({ name: 'fine', lock: 'none', resolve: async () => 1 });
    const { values, failures } = await resolvePipelined([hasty, late, fine], {}, request, 50);
    expect(values).toEqual({ fine: 1 });
    expect([...failures]).toEqual([['hasty', error], ['late', error]]);
  });

  test('within the time they have: what is still open then has failed, and a late answer changes nothing', async () => {
    const [answered, refused] = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    const late = fact({ name: 'late', lock: 'none', resolve: () => answered.promise });
    const lost = fact({ name: 'lost', lock: 'none', resolve: () => refused.promise });
    const fine = fact({ name: 'fine', lock: 'none', resolve: async () => 1 });
    const resolved = await resolvePipelined([late, lost, fine], {}, request, 5);
    answered.resolve(2);
    refused.reject(new Error('late'));
    // Until whoever waits for these two has heard of them.
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(resolved.values).toEqual({ fine: 1 });
    // And what was answered in time has not failed.
    const deadline = new DeadlineExceeded('reading the facts', 5);
    expect([...resolved.failures]).toEqual([['late', deadline], ['lost', deadline]]);
  });

  test('one by one with care, each within the time that it has, and told by its name when it had too little', async () => {
    const late = fact({ name: 'late', lock: 'none', resolve: never });
    const fine = fact({ name: 'fine', lock: 'none', resolve: async () => 1 });
    const tx = await libraryStorage(new Map()).begin('tnt_a');
    const { values, failures } = await resolveGuarded([late, fine], tx, request, 5);
    expect(values).toEqual({ fine: 1 });
    expect([...failures]).toEqual([['late', new DeadlineExceeded('reading the fact late', 5)]]);
  });

  test('to null or undefined where that is what is known: only a failure is a failure', async () => {
    const nothing = fact({ name: 'nothing', lock: 'none', resolve: async () => undefined });
    expect(await resolvePipelined([nothing], {}, request, 50)).toEqual({ values: { nothing: undefined }, failures: new Map() });
  });
});

test('a handler gets the facts frozen; touching or copying one that could not be read throws', () => {
  const facts = factsForHandler({ values: { fine: 1 }, failures: new Map([['lost', new Error('x')]]) });
  expect(facts['fine']).toBe(1);
  expect(() => facts['lost']).toThrow('the fact lost could not be read');
  expect(() => ({ ...facts })).toThrow('the fact lost could not be read');
  expect(() => Object.assign(facts, { fine: 2 })).toThrow(TypeError);
  expect(() => Object.assign(factsForHandler({ values: { fine: 1 }, failures: new Map() }), { fine: 2 })).toThrow(TypeError);
});

test('an outage among failed facts is told from a fact that is at fault', () => {
  const storage = libraryStorage(new Map());
  const outage = new StorageError('OUTAGE');
  expect(() => throwOutageAmong({ values: {}, failures: new Map([['a', new Error('x')], ['b', outage]]) }, storage)).toThrow(outage);
  expect(() => throwOutageAmong({ values: {}, failures: new Map([['a', new Error('x')]]) }, storage)).not.toThrow();
});

describe('a fact or a check that fails', () => {
  type Fault = 'throws' | 'rejects' | 'never settles' | 'check throws' | 'check answers nothing' | 'check answers a promise';
  const FAULTS: readonly Fault[] = ['throws', 'rejects', 'never settles', 'check throws', 'check answers nothing', 'check answers a promise'];

  /** A write guarded by one rule with this fault, beside one that holds. */
  function faulty(fault: Fault, { mode, touches = false, phase = 'before' }: { readonly mode: Mode; readonly touches?: boolean; readonly phase?: 'before' | 'after' }) {
    const shelf = fact({
      name: 'shelf', lock: 'none',
      resolve: (_library: LibraryWriter): Promise<number> => {
        if (fault === 'throws') throw new Error('hunter2');
        if (fault === 'rejects') return Promise.reject(new Error('hunter2'));
        return fault === 'never settles' ? never() : Promise.resolve(1);
      },
    });
    const answers: Readonly<Record<string, () => unknown>> = {
      'check throws': () => { throw new Error('hunter2'); }, 'check answers nothing': () => undefined, 'check answers a promise': () => Promise.reject(new Error('hunter2')),
    };
    const rule = transitionInvariant({
      id: 'BI-BOOK-003', guards: ['library.sort'], severity: 'MEDIUM', status: 409, condition: 'c', remediation: 'r', needs: [shelf], phase,
      holds: () => (answers[fault]?.() ?? (fault.startsWith('check') ? undefined : true)) as true | Breach,
    });
    let ran = 0;
    const sort = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'sort'], anchor: 'library.sort', input: z.strictObject({}), output: z.number(), invariants: [rule], subject: () => null,
      run: async ({ facts, scope }) => {
        ran += 1;
        await scope.insert('sorted');
        return ok(touches ? facts.shelf : 0);
      },
    });
    const built = house({ operations: [sort], invariants: [rule] }, { defaultMode: mode, evaluationTimeoutMs: 5 });
    return { ...built, ran: () => ran, run: () => built.registry.execute('library.write', { method: 'sort', principal: admin, input: {} }) };
  }

  test.each(FAULTS.flatMap((fault) => (['ENFORCE', 'STRICT'] as const).map((mode) => ({ fault, mode }))))(
    'denies in $mode whatever its severity: $fault',
    async ({ fault, mode }) => {
      const { run, ran, storage, libraries, failures } = faulty(fault, { mode });
      const denial = denialIn(await run());
      expect(denial).toMatchObject({ code: 'INVARIANT_UNEVALUABLE', status: 503, retryAfterSeconds: 1 });
      expect(JSON.stringify(denial)).not.toContain('hunter2');
      expect(ran()).toBe(0);
      expect(libraries.get('tnt_a')?.books).toEqual([]);
      expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'DENIED', invariants: [{ id: 'BI-BOOK-003', mode, outcome: 'UNEVALUABLE' }] });
      expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-003', mode, outcome: 'BLOCKED', severity: 'MEDIUM' }]);
      expect(JSON.stringify(storage.violations)).not.toContain('hunter2');
      // The log learns why.
      expect(failures).toEqual([expect.any(Error)]);
    },
  );

  test.each(FAULTS)('is recorded in MONITOR, and the write goes on: %s', async (fault) => {
    const { run, ran, storage, libraries, failures } = faulty(fault, { mode: 'MONITOR' });
    expect(valueIn(await run())).toBe(0);
    expect(ran()).toBe(1);
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'COMMITTED', invariants: [{ mode: 'MONITOR', outcome: 'UNEVALUABLE' }] });
    expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-003', mode: 'MONITOR', outcome: 'RECORDED' }]);
    expect(failures).toEqual([expect.any(Error)]);
  });

  test('has its fact read in a savepoint where MONITOR lets the write go on, in a transaction of its own', async () => {
    const { run, storage } = faulty('rejects', { mode: 'MONITOR' });
    valueIn(await run());
    expect(storage.journal).toEqual([
      'begin tnt_a', 'governance', 'auditHead', 'rollback',
      'begin tnt_a', 'governance', 'savepoint', 'auditHead', 'appendAudit COMMITTED', 'recordViolations', 'commit',
    ]);
  });

  test('in MONITOR does not excuse a handler that needs the fact: touching it fails the write', async () => {
    const { run, storage, libraries } = faulty('rejects', { mode: 'MONITOR', touches: true });
    expect(denialIn(await run())).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'FAILED', invariants: [{ mode: 'MONITOR', outcome: 'UNEVALUABLE' }] });
    // It was once lost with the failure: what MONITOR let through was nowhere on record.
    expect(storage.violations).toMatchObject([{ invariantId: 'BI-BOOK-003', mode: 'MONITOR', outcome: 'RECORDED' }]);
  });

  test.each(FAULTS)('after the handler denies in STRICT, rolled back: %s', async (fault) => {
    const { run, ran, storage, libraries, failures } = faulty(fault, { mode: 'STRICT', phase: 'after' });
    expect(denialIn(await run()).code).toBe('INVARIANT_UNEVALUABLE');
    expect(ran()).toBe(1);
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'DENIED', invariants: [{ outcome: 'UNEVALUABLE' }] });
    expect(failures).toEqual([expect.any(Error)]);
  });

  test.each(FAULTS)('after the handler is recorded in MONITOR, and the write goes on: %s', async (fault) => {
    const { run, storage, libraries } = faulty(fault, { mode: 'MONITOR', phase: 'after' });
    expect(valueIn(await run())).toBe(0);
    expect(libraries.get('tnt_a')?.books).toHaveLength(1);
    expect(storage.violations).toMatchObject([{ outcome: 'RECORDED' }]);
    expect(storage.journal).toContain('savepoint');
  });
});

describe('where rules are in different modes', () => {
  const works = fact({ name: 'works', lock: 'none', resolve: async (_library: LibraryWriter) => 1 });
  const fails = fact({ name: 'fails', lock: 'none', resolve: (_library: LibraryWriter): Promise<number> => Promise.reject(new Error('no')) });
  const base = { guards: ['library.sort'], severity: 'HIGH', status: 409, condition: 'c', remediation: 'r' } as const;
  const onWorking = transitionInvariant({ ...base, id: 'BI-BOOK-003', needs: [works], holds: (): true => true });
  const onFailing = transitionInvariant({ ...base, id: 'BI-BOOK-004', needs: [fails], holds: (): true => true });
  const sort = writeOperation<LibraryWriter>()({
    ...USUAL, address: ['library.write', 'sort'], anchor: 'library.sort', input: z.strictObject({}), output: z.number(), invariants: [onWorking, onFailing], subject: () => null,
    run: async ({ facts }) => ok(facts.works),
  });
  const sorting = async (monitored: readonly string[], rules = { onWorking, onFailing, sort }) => {
    const { registry, storage } = house({ operations: [rules.sort], invariants: [rules.onWorking, rules.onFailing] });
    for (const invariantId of monitored) storage.settings.push({ invariantId, tenantId: null, mode: 'MONITOR', expiresAt: null });
    return { result: await registry.execute('library.write', { method: 'sort', principal: admin, input: {} }), journal: storage.journal };
  };
  const run = async (monitored: string) => (await sorting([monitored])).result;

  test('a failing fact of the rule in MONITOR does not touch the rule in STRICT', async () => {
    expect(valueIn(await run('BI-BOOK-004'))).toBe(1);
  });

  test('a failing fact of the rule in STRICT denies, though another is in MONITOR', async () => {
    expect(denialIn(await run('BI-BOOK-003')).code).toBe('INVARIANT_UNEVALUABLE');
  });

  test('a fact that fails is read again with care where one rule is in MONITOR, and not where none is', async () => {
    const again = ['begin tnt_a', 'governance', 'savepoint', 'savepoint', 'auditHead'];
    expect((await sorting(['BI-BOOK-004'])).journal).toEqual(expect.arrayContaining(again));
    expect((await sorting([])).journal).toEqual(['begin tnt_a', 'governance', 'auditHead', 'rollback', 'begin tnt_a', 'auditHead', 'appendAudit DENIED', 'recordViolations', 'commit']);
  });

  test('after the handler, too, one rule in MONITOR is enough for care', async () => {
    const late = { onWorking: transitionInvariant({ ...onWorking, phase: 'after' }), onFailing: transitionInvariant({ ...onFailing, phase: 'after' }) };
    const sort = writeOperation<LibraryWriter>()({
      ...USUAL, address: ['library.write', 'sort'], anchor: 'library.sort', input: z.strictObject({}), output: z.number(), invariants: [late.onWorking, late.onFailing], subject: () => null,
      run: async () => ok(1),
    });
    const { result, journal } = await sorting(['BI-BOOK-004'], { ...late, sort });
    expect(valueIn(result)).toBe(1);
    expect(journal.filter((step) => step === 'savepoint')).toHaveLength(2);
    expect((await sorting([], { ...late, sort })).journal).not.toContain('savepoint');
  });
});

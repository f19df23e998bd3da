import type { Result } from '@hoc/l4-spine/kernel/result';
import { expect, test } from 'vitest';
import { MAX_ITEMS, verifyBatch } from './verify-batch.ts';

const verdict = (code: string): Result<unknown> => ({ ok: true, value: { valid: code === 'VALID', code }, replayed: false, requestId: 'r' });

const ANSWERS: Readonly<Record<string, Result<unknown>>> = {
  bad: { ok: false, denial: { code: 'INVALID_INPUT', status: 400, detail: 'x', requestId: 'r', errors: [{ path: '/token', message: 'must be text' }, { path: '', message: 'unknown' }] } },
  forbidden: { ok: false, denial: { code: 'PERMISSION_DENIED', status: 403, detail: 'x', requestId: 'r' } },
  outage: { ok: false, denial: { code: 'UNAVAILABLE', status: 503, detail: 'x', requestId: 'r', retryAfterSeconds: 1 } },
};

function run(items: unknown, extra: Readonly<Record<string, unknown>> = {}): { readonly result: Promise<Result<unknown>>; inFlight: () => number } {
  let started = 0;
  const result = verifyBatch.run({
    input: { items, ...extra }, tenantId: undefined, idempotencyKey: undefined, requestId: 'r',
    errorsIn: (input) => (input === 'bad' || input === 'forbidden' ? [{ path: '/token', message: 'must be text' }, { path: '', message: 'unknown' }] : []),
    execute: async (address, { input }) => {
      expect(address).toEqual(['api_keys.query', 'verify']);
      started += 1;
      await Promise.resolve();
      return ANSWERS[String(input)] ?? verdict(String(input));
    },
  });
  return { result, inFlight: () => started };
}

test('verdicts stand in the order of the items', async () => {
  expect(await run(['VALID', 'NOT_FOUND', 'VALID']).result).toMatchObject({ ok: true, value: { results: [{ code: 'VALID' }, { code: 'NOT_FOUND' }, { code: 'VALID' }] } });
});

test('all items are asked at once', async () => {
  const { result, inFlight } = run(Array.from({ length: MAX_ITEMS }, () => 'VALID'));
  expect(inFlight()).toBe(MAX_ITEMS);
  await result;
});

test('an empty batch has no verdicts', async () => {
  expect(await run([]).result).toMatchObject({ ok: true, value: { results: [] } });
});

test('items that cannot be read refuse the batch, each at its place, and nothing that can be read is asked', async () => {
  const { result, inFlight } = run(['VALID', 'bad', 'NOT_FOUND', 'bad']);
  expect(await result).toMatchObject({
    ok: false, denial: { code: 'INVALID_INPUT', status: 400, errors: [{ path: '/items/1/token' }, { path: '/items/1' }, { path: '/items/3/token' }, { path: '/items/3' }] },
  });
  // The one that cannot be read alone: whoever may not ask at all is told that.
  expect(inFlight()).toBe(1);
});

test('who may not ask is told that, whatever is wrong with the items', async () => {
  expect(await run(['VALID', 'forbidden']).result).toMatchObject({ ok: false, denial: { code: 'PERMISSION_DENIED', status: 403 } });
  expect(await run(['VALID', 'forbidden']).result).not.toHaveProperty('denial.errors');
});

test('one outage makes the batch an outage', async () => {
  expect(await run(['VALID', 'outage', 'VALID']).result).toMatchObject({ ok: false, denial: { code: 'UNAVAILABLE', status: 503 } });
});

test.each([
  ['more than 500 items', Array.from({ length: MAX_ITEMS + 1 }, () => 'VALID'), {}, '/items'],
  ['no list', 'VALID', {}, '/items'],
  ['nothing', undefined, {}, '/items'],
  ['an unknown key', [], { tenantId: 'tnt_1' }, '/tenantId'],
])('%s is refused before anything is asked', async (_, items, extra, path) => {
  const { result, inFlight } = run(items, extra);
  expect(await result).toMatchObject({ ok: false, denial: { code: 'INVALID_INPUT', errors: [{ path }] } });
  expect(inFlight()).toBe(0);
});

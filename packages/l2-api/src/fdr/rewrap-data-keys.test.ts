import type { Result } from '@hoc/l4-spine/kernel/result';
import { expect, test } from 'vitest';
import { rewrapDataKeys } from './rewrap-data-keys.ts';

const ok = (value: unknown): Result<unknown> => ({ ok: true, value, replayed: false, requestId: 'r' });
const denied = (code: string, status: number): Result<unknown> => ({ ok: false, denial: { code, status, detail: '', requestId: 'r' } });

/** A page of the tenants whose answers are given: to `stale_data_keys`, then to `rewrap_data_keys`. */
async function page(tenants: Readonly<Record<string, readonly Result<unknown>[]>>, nextCursor: string | null = null): Promise<{ result: Result<unknown>; sent: string[] }> {
  const sent: string[] = [];
  const result = await rewrapDataKeys.run({
    input: { limit: 9 }, tenantId: undefined, idempotencyKey: undefined, requestId: 'r', errorsIn: () => [],
    execute: ([, method], { tenantId = '' }) => {
      sent.push(`${method} ${tenantId}`.trim());
      if (method === 'list_tenant_ids') return Promise.resolve(ok({ items: Object.keys(tenants), nextCursor }));
      return Promise.resolve(tenants[tenantId]?.[method === 'stale_data_keys' ? 0 : 1] ?? denied('UNEXPECTED', 500));
    },
  });
  return { result, sent };
}

test('each tenant of the page that needs it is written to, and no other', async () => {
  const { result, sent } = await page({ tnt_1: [ok({ stale: 2 }), ok({ rewrapped: 2, kekId: 'k2' })], tnt_2: [ok({ stale: 0 })] }, 'tnt_2');
  expect(result).toMatchObject({ ok: true, value: { tenants: 2, rewrapped: 2, failed: [], nextCursor: 'tnt_2' } });
  expect(sent).toEqual(['list_tenant_ids', 'stale_data_keys tnt_1', 'rewrap_data_keys tnt_1', 'stale_data_keys tnt_2']);
});

test('a tenant whose keys cannot be wrapped again is named, and does not keep the others from it', async () => {
  const { result } = await page({ tnt_1: [ok({ stale: 1 }), denied('INTERNAL', 500)], tnt_2: [ok({ stale: 1 }), ok({ rewrapped: 1 })] });
  expect(result).toMatchObject({ ok: true, value: { tenants: 2, rewrapped: 1, failed: ['tnt_1'], nextCursor: null } });
});

test.each([
  ['an outage', denied('UNAVAILABLE', 503)],
  ['a lacking permission', denied('PERMISSION_DENIED', 403)],
])('%s ends the page and is answered as it is', async (_, answer) => {
  const { result, sent } = await page({ tnt_1: [answer], tnt_2: [ok({ stale: 0 })] });
  expect(result).toEqual(answer);
  expect(sent).toHaveLength(2);
});

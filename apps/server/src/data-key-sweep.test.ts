import type { Call } from '@hoc/l4-spine/kernel/call';
import type { Result } from '@hoc/l4-spine/kernel/result';
import { expect, test } from 'vitest';
import { sweepDataKeys } from './data-key-sweep.ts';

const ok = (value: unknown): Result<unknown> => ({ ok: true, value, replayed: false, requestId: 'r' });
const denied = (status: number): Result<unknown> => ({ ok: false, denial: { code: 'X', status, detail: '', requestId: 'r' } });

/** A registry over tenants in two pages; each answers what its stale keys come to. */
function registryOf(tenants: Readonly<Record<string, Result<unknown>>>): { readonly calls: (Call & { readonly address: string })[]; execute(address: string, call: Call): Promise<Result<unknown>> } {
  const calls: (Call & { readonly address: string })[] = [];
  const ids = Object.keys(tenants);
  return {
    calls,
    execute: async (address, call) => {
      calls.push({ address, ...call });
      if (call.method === 'stale_data_keys') return ok({ stale: 1 });
      if (call.method === 'rewrap_data_keys') return tenants[call.tenantId ?? ''] ?? denied(404);
      const isSecond = JSON.stringify(call.input).includes('cursor');
      return ok(isSecond ? { items: ids.slice(2), nextCursor: null } : { items: ids.slice(0, 2), nextCursor: ids[1] });
    },
  };
}

test('a round goes through all pages, as the server itself', async () => {
  const registry = registryOf({ tnt_1: ok({ rewrapped: 1 }), tnt_2: denied(500), tnt_3: ok({ rewrapped: 2 }) });
  expect(await sweepDataKeys(registry)).toEqual({ rewrapped: 3, failed: ['tnt_2'], isComplete: true });
  expect(new Set(registry.calls.map(({ principal }) => principal?.id))).toEqual(new Set(['server']));
});

test('an outage ends the round, which says that it is not complete', async () => {
  expect(await sweepDataKeys(registryOf({ tnt_1: ok({ rewrapped: 1 }), tnt_2: ok({ rewrapped: 1 }), tnt_3: denied(503) }))).toEqual({ rewrapped: 2, failed: [], isComplete: false });
});

test('a round that is stopped ends after the page at hand', async () => {
  const stopping = new AbortController();
  const registry = registryOf({ tnt_1: ok({ rewrapped: 1 }), tnt_2: ok({ rewrapped: 1 }), tnt_3: ok({ rewrapped: 1 }) });
  const execute = (address: string, call: Call): Promise<Result<unknown>> => {
    stopping.abort();
    return registry.execute(address, call);
  };
  expect(await sweepDataKeys({ execute }, stopping.signal)).toEqual({ rewrapped: 2, failed: [], isComplete: false });
});

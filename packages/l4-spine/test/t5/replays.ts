import { expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { createKey, rotateKey, type Ask, type Stage } from './stage.ts';

/** A write whose answer shows a token. */
export interface ShowsToken {
  readonly what: string;
  arrange(stage: Stage): Promise<Ask>;
  /** Where in the answer the token stands. */
  within(value: Shown & { readonly managementKey: Shown }): Shown;
}

interface Shown {
  readonly token: string | null;
}

const atTop = (value: Shown): Shown => value;

export const keyAnswers: readonly ShowsToken[] = [
  { what: 'create', within: atTop, arrange: async (stage) => createKey(await stage.tenant()) },
  {
    what: 'rotate', within: atTop,
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return rotateKey(tenant, (await stage.key(tenant)).id);
    },
  },
];

export const accountAnswers: readonly ShowsToken[] = [
  {
    what: 'provision_tenant', within: ({ managementKey }) => managementKey,
    arrange: async (stage) => stage.byOperator('account.write', 'provision_tenant', {}, (await stage.tenant({ status: 'CREATING' })).id),
  },
  { what: 'create_token', within: atTop, arrange: async (stage) => stage.byOperator('account.write', 'create_token', { plane: 'int', name: 'a gateway' }) },
];

/** Proves that a token is shown by the call that made it, and by no repetition of it. */
export function showTokensOnce(stage: () => Stage, answers: readonly ShowsToken[]): void {
  describe('a replay under the same idempotency key', () => {
    test.each(answers)('of $what carries no token, does nothing again, and no token is stored for it', async ({ arrange, within }) => {
      const on = stage();
      const ask = { ...(await arrange(on)), idempotencyKey: 'once' };
      const calls = on.spy.calls(ask.address, ask.method);
      const first = await on.ask(ask);
      const made = within(expectOk(first.result));
      const { token } = made;
      expect(token).toMatch(/^hoc_/);
      const replay = await on.ask(ask);
      expect(replay.result).toMatchObject({ ok: true, replayed: true });
      expect(within(expectOk(replay.result))).toEqual({ ...made, token: null, tokenShown: true });
      expect(on.spy.calls(ask.address, ask.method)).toBe(calls + 1);
      const stored = await on.db.asOwner<{ row: string }>('select record::text as "row" from idempotency_records as record');
      expect(stored.length).toBeGreaterThan(0);
      for (const text of [JSON.stringify(replay.result), ...stored.map(({ row }) => row)]) expect(text).not.toContain(String(token));
    });
  });
}

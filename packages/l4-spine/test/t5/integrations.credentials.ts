import { randomBytes } from 'node:crypto';
import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import { keyringLine, parseKeyring, type KekRing } from '@hoc/l5-engines/keyring';
import { unseal } from '@hoc/l5-engines/sealing';
import { describe, expect, test } from 'vitest';
import { createIntegration, integration, onIntegration, PLANTED, rotateCredential, updateIntegration } from './integrations.steps.ts';
import { byAdmin, HEALTHY, type Ask, type Cast, type Stage } from './stage.ts';

/** A planted secret, as it could stand somewhere: as it is, and in the encodings that things are stored in. */
const formsOf = (secret: string): readonly string[] => [secret, Buffer.from(secret).toString('base64').slice(0, -4), Buffer.from(secret).toString('base64url').slice(0, -4), Buffer.from(secret).toString('hex')];

const kekOf = (id: string): KekRing => {
  const parsed = parseKeyring('kek', keyringLine(id, randomBytes(32)).reveal());
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
};

/** Every row of every table that HOC has, as text. */
async function dump({ db }: Stage): Promise<string> {
  const tables = await db.asOwner<{ name: string }>(`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`);
  const rows: string[] = [];
  for (const { name } of tables) rows.push(...(await db.asOwner<{ row: string }>(`select row::text as row from ${name} as row`)).map(({ row }) => `${name} ${row}`));
  return rows.join('\n');
}

/** Proves that a credential is in no answer, record, event or row, and that what is stored of it is worth nothing without the key file. */
export function credentialsStaySealed(stage: () => Stage): void {
  describe('a credential', () => {
    test('is in no answer of any operation, granted or refused, and in no row of any table', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const broken = stage().server({
        probe: async ({ credential }) => {
          throw new Error(`the target of ${String(credential)} broke`, { cause: credential });
        },
      });
      const asks: readonly Ask[] = [
        ...['list', 'get', 'health'].map((method) => byAdmin(tenant, 'integrations.query', method, method === 'list' ? {} : { integrationId: id })),
        { ...createIntegration(tenant), idempotencyKey: 'once' }, createIntegration(tenant, { connectorType: 'NOBODY' }), createIntegration(tenant, { config: { x: 1 } }), createIntegration(tenant, { name: '' }),
        createIntegration(tenant, { credential: `${PLANTED}\n` }), createIntegration(tenant, { connectorType: 'SLACK_WEBHOOK' }), createIntegration(tenant, { connectorType: 'SLACK_WEBHOOK', credential: `http://hooks.example/${PLANTED}` }),
        { ...rotateCredential(tenant, id), idempotencyKey: 'rotated' }, rotateCredential(tenant, 'int_nobody'), updateIntegration(tenant, id, { version: 99, name: 'x' }),
        onIntegration(tenant, 'probe', id), onIntegration(tenant, 'disable', id), onIntegration(tenant, 'probe', id), onIntegration(tenant, 'enable', id), onIntegration(tenant, 'delete', id),
        byAdmin(tenant, 'audit.query', 'list'),
      ];
      const answers: unknown[] = [];
      for (const ask of asks) {
        answers.push((await stage().ask(ask)).result);
        if (ask.idempotencyKey !== undefined) answers.push((await stage().ask(ask)).result);
      }
      answers.push((await stage().ask(onIntegration(tenant, 'probe', await integration(stage(), tenant, 'ENABLED')), broken)).result);
      const told = [JSON.stringify(answers), JSON.stringify(stage().composed.failures), stage().composed.failures.map(({ error }) => String(error)).join('\n'), await dump(stage())];
      for (const text of told) for (const form of formsOf(PLANTED)) expect(text.includes(form), form).toBe(false);
      // The dump does hold what it was looked through for: the sealed form.
      const [sealed] = await stage().db.asOwner<{ sealed: string }>('select sealed_credential as sealed from integrations where sealed_credential is not null limit 1');
      expect(told.at(-1)).toContain(sealed?.sealed);
    });

    const stored = async (tenant: Cast, id: string) => {
      const [row] = await stage().db.asOwner<{ sealed: string; tenantId: string; wrapped: string; kekId: string }>(
        `select integration.sealed_credential as sealed, key.tenant_id as "tenantId", key.wrapped, key.kek_id as "kekId" from integrations integration
          join tenant_data_keys key on key.tenant_id = integration.tenant_id and key.id = integration.data_key_id where integration.tenant_id = $1 and integration.id = $2`,
        [tenant.id, id],
      );
      if (row === undefined) throw new Error('the integration has no credential');
      return row;
    };

    test('opens with the key file, for its own place alone; without it a dump of all rows gives nothing', async () => {
      const tenant = await stage().tenant();
      const [id, other] = [await integration(stage(), tenant), await integration(stage(), tenant)];
      const row = await stored(tenant, id);
      const key = unwrapDataKey(row, stage().composed.vault.keks);
      if (!key.ok) throw new Error(key.problem);
      const unsealed = unseal(key.key, row.sealed, [tenant.id, id]);
      expect(unsealed.ok && unsealed.plaintext.reveal()).toBe(PLANTED);
      expect(unseal(key.key, row.sealed, [tenant.id, other]).ok).toBe(false);
      expect(unseal(key.key, row.sealed, [(await stage().tenant()).id, id]).ok).toBe(false);
      // Whoever has every row, and a key file of their own, under whatever name.
      for (const kekId of [row.kekId, 'guessed']) expect(unwrapDataKey(row, kekOf(kekId)).ok).toBe(false);
      expect((await stored(tenant, other)).sealed).not.toBe(row.sealed);
    });

    test('is used on after its data key was wrapped again, and is destroyed with its integration', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const [before, next] = [await stored(tenant, id), kekOf('next')];
      const { keks: old } = stage().composed.vault;
      const vault = { ...stage().composed.vault, keks: { ...next, keys: [...next.keys, ...old.keys] } };
      const seen: (string | undefined)[] = [];
      const server = stage().server({ vault, probe: async ({ credential }) => (seen.push(credential?.reveal()), HEALTHY) });
      await stage().ask(stage().byOperator('account.write', 'rewrap_data_keys', {}, tenant.id), server);
      const after = await stored(tenant, id);
      expect([after.sealed, after.kekId]).toEqual([before.sealed, 'next']);
      await stage().ask(onIntegration(tenant, 'probe', id), server);
      expect(seen).toEqual([PLANTED]);
      await stage().ask(onIntegration(tenant, 'delete', id), server);
      expect(await stage().db.asOwner('select sealed_credential as sealed, data_key_id as key from integrations where tenant_id = $1', [tenant.id])).toEqual([{ sealed: null, key: null }]);
    });
  });
}

import { randomBytes } from 'node:crypto';
import { unwrapDataKey } from '@hoc/l5-engines/data-key';
import { keyringLine, parseKeyring, type KekRing } from '@hoc/l5-engines/keyring';
import { unseal } from '@hoc/l5-engines/sealing';
import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { createIntegration, integration, newType, OPEN, onIntegration, PLANTED, putType, rotateCredential, storedIntegration, updateIntegration } from './integrations.steps.ts';
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
      const [row] = await stage().db.asOwner<{ sealed: string; origin: string; tenantId: string; wrapped: string; kekId: string }>(
        `select integration.sealed_credential as sealed, integration.credential_origin as origin, key.tenant_id as "tenantId", key.wrapped, key.kek_id as "kekId" from integrations integration
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
      expect(row.origin).toBe('https://api.openai.com');
      const unsealed = unseal(key.key, row.sealed, [tenant.id, id, row.origin]);
      expect(unsealed.ok && unsealed.plaintext.reveal()).toBe(PLANTED);
      expect(unseal(key.key, row.sealed, [tenant.id, other, row.origin]).ok).toBe(false);
      expect(unseal(key.key, row.sealed, [(await stage().tenant()).id, id, row.origin]).ok).toBe(false);
      expect(unseal(key.key, row.sealed, [tenant.id, id, 'https://evil.example']).ok).toBe(false);
      expect(unseal(key.key, row.sealed, [tenant.id, id]).ok).toBe(false);
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
      expect(await stage().db.asOwner('select sealed_credential as sealed, data_key_id as key, credential_origin as origin from integrations where tenant_id = $1', [tenant.id])).toEqual([{ sealed: null, key: null, origin: null }]);
    });
  });

  describe('a credential goes nowhere but where it was given for:', () => {
    /** A server that notes what it is to send, and where. */
    const watched = () => {
      const sent: { readonly url: unknown; readonly credential: string | undefined }[] = [];
      const server = stage().server({
        probe: async ({ definition, config, credential }) => {
          sent.push({ url: config['baseUrl'] ?? definition.url, credential: credential?.reveal() });
          return HEALTHY;
        },
      });
      return { sent, server };
    };
    const EVIL = { baseUrl: 'https://evil.example/v1' };

    test.each([
      ['another host', EVIL],
      ['another port', { baseUrl: 'https://api.openai.com:8443/v1' }],
      ['a host below', { baseUrl: 'https://api.openai.com.evil.example/v1' }],
    ])('no change of settings leads it to %s, and nothing is written', async (_what, config) => {
      const { sent, server } = watched();
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const before = await storedIntegration(stage(), tenant, id);
      const denial = expectDenied((await stage().ask(updateIntegration(tenant, id, { version: 2, config }), server)).result);
      expect(denial).toMatchObject({ code: 'CREDENTIAL_BOUND', status: 409 });
      expect(denial.detail).toContain('Give the credential together with the config');
      expect(await storedIntegration(stage(), tenant, id)).toEqual(before);
      await stage().ask(onIntegration(tenant, 'probe', id), server);
      expect(sent).toEqual([{ url: 'https://api.openai.com/v1', credential: PLANTED }]);
    });

    test('another path of its origin is a change of settings like any other, and so is another origin where there is no credential', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant);
      expect(await stage().do(updateIntegration(tenant, id, { version: 1, config: { baseUrl: 'https://API.openai.com:443/v2' } }))).toMatchObject({ version: 2 });
      const open = await integration(stage(), tenant, 'CREATED', { connectorType: 'HTTP', credential: null, config: { url: 'https://a.example' } });
      expect(await stage().do(updateIntegration(tenant, open, { version: 1, config: { url: 'https://b.example' } }))).toMatchObject({ version: 2 });
    });

    test('whoever gives it anew leads it elsewhere: with the config, at the version that was read', async () => {
      const { sent, server } = watched();
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const next = { baseUrl: 'https://gateway.example/v1' };
      const ask = (input: object): Ask => rotateCredential(tenant, id, 'sk-of-the-gateway', input);
      expect(expectDenied((await stage().ask(ask({ config: next }))).result)).toMatchObject({ code: 'INVALID_INPUT', errors: [{ path: '/version' }] });
      expect(expectDenied((await stage().ask(ask({ config: next, version: 1 }))).result).code).toBe('VERSION_CONFLICT');
      expect(expectDenied((await stage().ask(ask({ version: 1 }))).result).code).toBe('VERSION_CONFLICT');
      expect(JSON.stringify(expectDenied((await stage().ask(ask({ config: { baseUrl: 'https://10.0.0.1' }, version: 2 }))).result))).toContain('/config/baseUrl');
      expect(await stage().do(ask({ config: next, version: 2 }))).toMatchObject({ config: next, health: 'UNKNOWN', version: 3 });
      expect(await storedIntegration(stage(), tenant, id)).toMatchObject({ origin: 'https://gateway.example' });
      expect(expectDenied((await stage().ask(updateIntegration(tenant, id, { version: 3, config: {} }))).result).code).toBe('CREDENTIAL_BOUND');
      await stage().ask(onIntegration(tenant, 'probe', id), server);
      expect(sent).toEqual([{ url: 'https://gateway.example/v1', credential: 'sk-of-the-gateway' }]);
    });

    test.each([
      ['leads its probe elsewhere', { url: 'https://evil.example/' }, OPEN],
      ['lets the config say where it leads', { url: 'https://{host}.example/' }, { ...OPEN, properties: { ...OPEN.properties, host: { type: 'string', default: 'evil' } } }],
    ])('an operator who %s gets none of those that are stored', async (_what, probe, schema) => {
      const { sent, server } = watched();
      const [tenant, type] = [await stage().tenant(), await newType(stage())];
      const id = await integration(stage(), tenant, 'ENABLED', { connectorType: type });
      await stage().do(putType(stage(), type, schema, probe));
      expect(expectOk((await stage().ask(onIntegration(tenant, 'probe', id), server)).result)).toMatchObject({
        status: 'ERROR', health: 'FAILING',
        healthMessage: 'The probe would lead to another scheme, host or port than the stored credential was given for; nothing was sent. Give the credential again.',
      });
      expect(sent).toEqual([]);
      await stage().do(rotateCredential(tenant, id));
      await stage().ask(onIntegration(tenant, 'probe', id), server);
      expect(sent).toMatchObject([{ credential: PLANTED }]);
    });

    test('a URL that is the credential leads where it says, is of no use in a header, and no part of it is stored', async () => {
      const { sent, server } = watched();
      const [tenant, type] = [await stage().tenant(), await newType(stage())];
      const put = (url: string, credentialKind: string): Ask => {
        const { input, ...ask } = putType(stage(), type, OPEN, { url, headers: url === '{credential}' ? {} : { authorization: 'Bearer {credential}' } });
        return { ...ask, input: { ...(input as object), credentialKind } };
      };
      await stage().do(put('{credential}', 'URL'));
      const id = await integration(stage(), tenant, 'ENABLED', { connectorType: type, credential: 'https://s3cret-host.example/s3cret' });
      expect(await storedIntegration(stage(), tenant, id)).toMatchObject({ origin: '{credential}' });
      await stage().ask(onIntegration(tenant, 'probe', id), server);
      await stage().do(put('https://s3cret-host.example/', 'TOKEN'));
      await stage().ask(onIntegration(tenant, 'probe', id), server);
      expect(sent).toEqual([{ url: '{credential}', credential: 'https://s3cret-host.example/s3cret' }]);
      expect(await dump(stage())).not.toContain('s3cret-host.example/s3cret');
    });

    test('whoever changes the stored origin has nothing of it', async () => {
      const { sent, server } = watched();
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      await stage().db.asOwner(`update integrations set credential_origin = 'https://evil.example', config = '{"baseUrl":"https://evil.example/v1"}' where tenant_id = $1 and id = $2`, [tenant.id, id]);
      expect(expectOk((await stage().ask(onIntegration(tenant, 'probe', id), server)).result)).toMatchObject({ status: 'ERROR', healthMessage: 'The stored credential cannot be read. Replace it.' });
      expect(sent).toEqual([]);
    });

    test('a server that cannot open the data key says nothing of the integration', async () => {
      const tenant = await stage().tenant();
      const id = await integration(stage(), tenant, 'ENABLED');
      const before = await storedIntegration(stage(), tenant, id);
      const server = stage().server({ vault: { ...stage().composed.vault, keks: kekOf('another') } });
      expect(expectDenied((await stage().ask(onIntegration(tenant, 'probe', id), server)).result)).toMatchObject({ code: 'INTERNAL', status: 500 });
      expect(await storedIntegration(stage(), tenant, id)).toEqual(before);
    });
  });
}

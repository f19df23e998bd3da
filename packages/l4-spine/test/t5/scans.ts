import { expectDenied } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import type { RuleId } from './domain-rules.ts';
import { integration, NEEDS_CITY, newType, putType, removeType } from './integrations.steps.ts';
import { archiveProject, onKey, onTenant, rotateKey, suspend, type Ask, type Cast, type Stage } from './stage.ts';

/** A row that breaks a state rule, brought about past HOC or by something that the rule does not guard. */
export interface BadRow {
  readonly rule: RuleId;
  readonly what: string;
  /** Makes the row in the tenant; answers the ids that the scan must find, and no others. */
  plant(stage: Stage, tenant: Cast): Promise<readonly string[]>;
  readonly says: string;
}

const projectsOf = async (stage: Stage, { id }: Cast): Promise<string[]> =>
  (await stage.db.asOwner<{ id: string }>(`select id from projects where tenant_id = $1 and status = 'ACTIVE'`, [id])).map((row) => row.id);

export const tenantBadRows: readonly BadRow[] = [
  {
    rule: 'BI-TENANT-001', what: 'ACTIVE projects of a SUSPENDED tenant', says: 'an ACTIVE project of a tenant that is SUSPENDED',
    plant: async (stage, tenant) => {
      const archived = await stage.project(tenant);
      await stage.do(archiveProject(tenant, archived));
      await stage.do(suspend(stage, tenant));
      return projectsOf(stage, tenant);
    },
  },
  {
    rule: 'BI-TENANT-005', what: 'a key of a TERMINATED tenant that came back to life', says: 'a live key of a tenant that is TERMINATED',
    plant: async (stage, tenant) => {
      const { id } = await stage.key(tenant);
      await stage.do(onTenant(stage, 'terminate_tenant', tenant));
      await stage.db.asOwner(`update api_keys set status = 'FROZEN' where tenant_id = $1 and id = $2`, [tenant.id, id]);
      return [id];
    },
  },
];

export const apiKeyBadRows: readonly BadRow[] = [
  {
    rule: 'BI-APIKEY-001', what: 'live keys of a tenant that was never provisioned', says: 'a live key of a tenant that is CREATING',
    plant: async (stage, tenant) => {
      const [frozen, revoked] = [await stage.key(tenant), await stage.key(tenant)];
      await stage.do(onKey(tenant, 'freeze', frozen.id));
      await stage.do(onKey(tenant, 'revoke', revoked.id));
      await stage.plantStatus(tenant, 'CREATING');
      return [tenant.admin.id, frozen.id];
    },
  },
  {
    rule: 'BI-APIKEY-002', what: 'six live service keys on a plan of five', says: '6 live keys of kind SERVICE, and the plan allows 5',
    plant: async (stage, tenant) => {
      for (let made = 0; made < 5; made += 1) await stage.key(tenant);
      await stage.db.asOwner(
        `insert into api_keys select (jsonb_populate_record(key, '{"id": "key_planted", "public_id": "planted", "digest": "planted"}')).*
          from api_keys as key where tenant_id = $1 and kind = 'SERVICE' limit 1`,
        [tenant.id],
      );
      return [tenant.id];
    },
  },
  {
    rule: 'BI-APIKEY-005', what: 'a live key of an ARCHIVED project', says: 'which is ARCHIVED',
    plant: async (stage, tenant) => {
      const projectId = await stage.project(tenant);
      const [live, revoked] = [await stage.key(tenant, { projectId }), await stage.key(tenant, { projectId })];
      await stage.do(onKey(tenant, 'revoke', revoked.id));
      await stage.do(archiveProject(tenant, projectId));
      return [live.id];
    },
  },
];

/** Plants an integration that is ENABLED, of a type of its own that is then changed. */
const enabledBeforeItsTypeChanged = async (stage: Stage, tenant: Cast, change: (type: string) => Ask): Promise<readonly string[]> => {
  const type = await newType(stage);
  const used = await integration(stage, tenant, 'ENABLED', { connectorType: type });
  await integration(stage, tenant, 'CREATED', { connectorType: type });
  await stage.do(change(type));
  return [used];
};

export const integrationBadRows: readonly BadRow[] = [
  {
    rule: 'BI-INTEG-001', what: 'an ENABLED integration whose type was removed', says: 'which is not registered',
    plant: (stage, tenant) => enabledBeforeItsTypeChanged(stage, tenant, (type) => removeType(stage, type)),
  },
  {
    rule: 'BI-INTEG-001', what: 'an ENABLED integration whose config no longer satisfies its schema', says: '/config/city is required',
    plant: (stage, tenant) => enabledBeforeItsTypeChanged(stage, tenant, (type) => putType(stage, type, NEEDS_CITY)),
  },
];

/** Proves that each scan finds what breaks its rule, there and nowhere else. */
export function scansFind(stage: () => Stage, rows: readonly BadRow[]): void {
  const scan = (invariantId: string, tenantId: string) => stage().byOperator('governance.query', 'scan', { invariantId }, tenantId);

  describe('the scan', () => {
    for (const { rule, what, plant, says } of rows) {
      test(`for ${rule} finds ${what}, and nothing in a tenant that keeps the rule`, async () => {
        const [bad, good] = [await stage().tenant(), await lively(stage())];
        expect(await stage().do(scan(rule, bad.id))).toEqual({ items: [], nextCursor: null });
        const ids = await plant(stage(), bad);
        const { items } = await stage().do<{ items: readonly { tenantId: string; subject: string; message: string }[] }>(scan(rule, bad.id));
        expect(items.map(({ subject }) => subject).toSorted()).toEqual(ids.toSorted());
        for (const { tenantId, message } of items) {
          expect(tenantId).toBe(bad.id);
          expect(message).toContain(says);
        }
        expect(await stage().do(scan(rule, good.id))).toEqual({ items: [], nextCursor: null });
      });
    }

    test('for a rule about requests is refused: stored rows cannot break it', async () => {
      const { id } = await stage().tenant();
      expect(expectDenied((await stage().ask(scan('BI-APIKEY-003', id))).result)).toMatchObject({ code: 'NOT_SCANNABLE', status: 422 });
      expect(expectDenied((await stage().ask(scan('BI-NOBODY-001', id))).result)).toMatchObject({ code: 'NOT_FOUND' });
    });
  });
}

/** A tenant with rows in every state that its life leads to, none of which breaks a rule. */
async function lively(stage: Stage): Promise<Cast> {
  const tenant = await stage.tenant();
  const projectId = await stage.project(tenant);
  const keys = [await stage.key(tenant, { projectId }), await stage.key(tenant), await stage.key(tenant), await stage.key(tenant)];
  const [, frozen, revoked, rotated] = keys.map(({ id }) => id);
  await stage.do(onKey(tenant, 'freeze', frozen ?? ''));
  await stage.do(onKey(tenant, 'revoke', revoked ?? ''));
  await stage.do(rotateKey(tenant, rotated ?? ''));
  await stage.do(archiveProject(tenant, await stage.project(tenant)));
  return tenant;
}

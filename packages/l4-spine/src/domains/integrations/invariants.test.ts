import type { IntegrationStep } from '@hoc/l5-engines/integrations/lifecycle';
import { describe, expect, test } from 'vitest';
import { connectorTypeRow, integrationRow } from '../../../test/fixtures/integrations.ts';
import { admin, NOW, operator, requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { scansOf } from '../../../test/fixtures/scans.ts';
import { missing } from '../../kernel/invariant.ts';
import { PLATFORM } from '../../kernel/request.ts';
import { integrationAllowsStep, integrationCanBeDisabled, integrationFitsItsType, integrationOfActiveTenant, readsOneTenant } from './invariants.ts';

const NO_INTEGRATION = missing('the integration does not exist in this tenant');
const STATUSES = ['CREATED', 'ENABLED', 'DISABLED', 'ERROR'] as const;
const TENANTS = (['FREE', 'PRO', 'ENTERPRISE'] as const).flatMap((plan) => (['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const).map((status) => ({ plan, status })));
const of = requestOf({ integrationId: 'int_1' });
const taking = (step: IntegrationStep, principal = admin) => requestOf({ integrationId: 'int_1', step }, { principal });

describe('BI-INTEG-001', () => {
  const judge = (type: Parameters<typeof connectorTypeRow>[0] | null, integration: Parameters<typeof integrationRow>[0] = {}) =>
    integrationFitsItsType.holds({ connectorType: type === null ? null : connectorTypeRow(type), integration: integrationRow(integration) }, of);
  test('a config that satisfies the schema of its type holds', () => {
    expect(judge({})).toBe(true);
  });
  test('a type that is gone, or is not enabled any more, is not registered', () => {
    expect([judge(null), judge({ isEnabled: false })]).toEqual(Array.from({ length: 2 }, () => 'the connector type LAB is not registered'));
  });
  test('a config that breaks the schema is told place by place, all of it, and never by its values', () => {
    expect(judge({}, { config: { zone: 'HUNTER2' } })).toBe('the config does not satisfy the schema of LAB: /config/region is required, /config/zone unknown key');
  });
  test('an integration that does not exist is missing, whatever its type', () => {
    expect(integrationFitsItsType.holds({ connectorType: null, integration: null }, of)).toEqual(NO_INTEGRATION);
    expect(integrationFitsItsType.holds({ connectorType: connectorTypeRow(), integration: null }, of)).toEqual(NO_INTEGRATION);
  });
});

describe('the scan of BI-INTEG-001', () => {
  const { configSchema } = connectorTypeRow();
  const enabled = { subject: 'int_1', connectorType: 'LAB', config: { region: 'eu' }, isTypeEnabled: true, configSchema };
  const scanned = async (but: Partial<Awaited<ReturnType<ReturnType<typeof scansOf>['enabledIntegrations']>>[number]>) => {
    const asked: unknown[] = [];
    const scans = scansOf({
      enabledIntegrations: async (...question) => {
        asked.push(question);
        return [{ ...enabled, ...but }];
      },
    });
    const found = await integrationFitsItsType.scan({ tenantId: 'tnt_1', scans }, NOW);
    // Of the tenant whose scan it is, and of no other.
    expect(asked).toEqual([['tnt_1']]);
    return found;
  };
  test('finds nothing where the config fits', async () => {
    expect(await scanned({})).toEqual([]);
  });
  test.each([
    ['is gone', { isTypeEnabled: null, configSchema: null }],
    ['is not enabled any more', { isTypeEnabled: false }],
    ['has no schema', { configSchema: null }],
  ])('finds an integration in use whose type %s', async (_what, but) => {
    expect(await scanned(but)).toEqual([{ tenantId: 'tnt_1', subject: 'int_1', message: 'an ENABLED integration of LAB, which is not registered' }]);
  });
  test('finds an integration in use whose type has changed since, and says where the config does not fit any more', async () => {
    expect(await scanned({ config: {} })).toEqual([
      { tenantId: 'tnt_1', subject: 'int_1', message: 'an ENABLED integration whose config does not satisfy the schema of LAB: /config/region is required' },
    ]);
  });
});

describe('BI-INTEG-002', () => {
  test.each(STATUSES)('an integration that is %s is disabled only when that is ENABLED', (status) => {
    expect(integrationCanBeDisabled.holds({ integration: integrationRow({ status }) }, of)).toBe(status === 'ENABLED' ? true : `the integration is ${status}`);
  });
  test('an integration that does not exist is missing', () => {
    expect(integrationCanBeDisabled.holds({ integration: null }, of)).toEqual(NO_INTEGRATION);
  });
});

describe('BI-INTEG-003', () => {
  test('a read of a tenant holds, a read of everything is refused', () => {
    expect(readsOneTenant.holds({}, requestOf({}))).toBe(true);
    expect(readsOneTenant.holds({}, requestOf({}, { tenantId: PLATFORM }))).toBe('the request is not scoped to a tenant');
  });
});

describe('BI-INTEG-004', () => {
  test.each(TENANTS)('a tenant that is $status, on $plan, gets an integration only when that is ACTIVE', ({ plan, status }) => {
    expect(integrationOfActiveTenant.holds({ tenant: tenantRow({ plan, status }) }, of)).toBe(status === 'ACTIVE' ? true : `the tenant is ${status}`);
  });
  test('a tenant that does not exist is missing', () => {
    expect(integrationOfActiveTenant.holds({ tenant: null }, of)).toEqual(missing('the tenant does not exist'));
  });
});

describe('BI-INTEG-005', () => {
  const judge = (step: IntegrationStep, status: (typeof STATUSES)[number]) => integrationAllowsStep.holds({ tenant: tenantRow(), integration: integrationRow({ status }) }, taking(step));
  test('what is DISABLED is not probed, and everything else may be', () => {
    expect(STATUSES.map((status) => judge('probe', status))).toEqual([true, true, 'the integration is DISABLED', true]);
  });
  test.each(['update', 'rotate_credential', 'delete'] as const)('%s is possible in whatever state', (step) => {
    expect(STATUSES.map((status) => judge(step, status))).toEqual([true, true, true, true]);
  });
  test.each(['update', 'rotate_credential', 'delete', 'probe'] as const)('%s of an integration that does not exist is missing', (step) => {
    expect(integrationAllowsStep.holds({ tenant: tenantRow(), integration: null }, taking(step))).toEqual(NO_INTEGRATION);
    expect(integrationAllowsStep.holds({ tenant: null, integration: integrationRow() }, taking(step))).toEqual(NO_INTEGRATION);
  });
  test.each(TENANTS)('of a tenant that is $status, on $plan, nothing but a deletion is possible unless that is ACTIVE', ({ plan, status }) => {
    const answers = (['update', 'rotate_credential', 'probe', 'delete'] as const).map((step) => integrationAllowsStep.holds({ tenant: tenantRow({ plan, status }), integration: integrationRow() }, taking(step)));
    const answer = status === 'ACTIVE' ? true : `the tenant is ${status}`;
    expect(answers).toEqual([answer, answer, answer, true]);
  });
});

describe.each([['an admin', admin], ['an operator', operator]] as const)('nobody is spared, not %s either', (_who, principal) => {
  const asked = requestOf({ integrationId: 'int_1' }, { principal });
  const disabled = integrationRow({ status: 'DISABLED' });
  test.each([
    [integrationFitsItsType.id, () => integrationFitsItsType.holds({ connectorType: null, integration: disabled }, asked), 'the connector type LAB is not registered'],
    [integrationCanBeDisabled.id, () => integrationCanBeDisabled.holds({ integration: disabled }, asked), 'the integration is DISABLED'],
    [readsOneTenant.id, () => readsOneTenant.holds({}, requestOf({}, { principal, tenantId: PLATFORM })), 'the request is not scoped to a tenant'],
    [integrationOfActiveTenant.id, () => integrationOfActiveTenant.holds({ tenant: tenantRow({ status: 'SUSPENDED' }) }, asked), 'the tenant is SUSPENDED'],
    [integrationAllowsStep.id, () => integrationAllowsStep.holds({ tenant: tenantRow(), integration: disabled }, taking('probe', principal)), 'the integration is DISABLED'],
  ])('by %s', (_id, answer, sentence) => {
    expect(answer()).toBe(sentence);
  });
});

import { createIntegration, integration, NEEDS_CITY, newType, onIntegration, putType, removeType, rotateCredential, updateIntegration } from './integrations.steps.ts';
import type { Negative, Positive } from './proof.ts';
import { handMade, INACTIVE, resume, suspend, type Ask, type Cast, type Stage } from './stage.ts';
import { NOBODY } from './tenant.cases.ts';

const MISSING = { status: 404, says: 'the integration does not exist in this tenant', monitored: 'NOT_FOUND' } as const;

/** Steps on an integration that is not there for the tenant: nobody's, another's, a deleted one. */
const onWhatIsMissing = (rule: Negative['rule'], step: string, ask: (tenant: Cast, id: string) => Ask): readonly Negative[] => [
  { rule, what: `${step} of an integration that nobody has`, ...MISSING, arrange: async (stage) => ask(await stage.tenant(), 'int_nobody') },
  {
    rule, what: `${step} of another tenant's integration`, ...MISSING,
    arrange: async (stage) => ask(await stage.tenant(), await integration(stage, await stage.tenant(), 'ENABLED')),
  },
  {
    rule, what: `${step} of a deleted integration`, ...MISSING,
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const id = await integration(stage, tenant, 'ENABLED');
      await stage.do(onIntegration(tenant, 'delete', id));
      return ask(tenant, id);
    },
  },
];

/** An integration whose type an operator changes before it is enabled. */
const enabledAfter = async (stage: Stage, change: (type: string) => Ask): Promise<Ask> => {
  const [tenant, type] = [await stage.tenant(), await newType(stage)];
  const id = await integration(stage, tenant, 'CREATED', { connectorType: type });
  await stage.do(change(type));
  return onIntegration(tenant, 'enable', id);
};

const misfits: readonly Negative[] = [
  {
    rule: 'BI-INTEG-001', what: 'enabling an integration whose type was removed', status: 422, says: 'is not registered', monitored: 'COMMITTED',
    arrange: (stage) => enabledAfter(stage, (type) => removeType(stage, type)),
  },
  {
    rule: 'BI-INTEG-001', what: 'enabling an integration whose config does not satisfy the schema any more', status: 422, says: '/config/city is required', monitored: 'COMMITTED',
    arrange: (stage) => enabledAfter(stage, (type) => putType(stage, type, NEEDS_CITY)),
  },
  ...onWhatIsMissing('BI-INTEG-001', 'enabling', (tenant, id) => onIntegration(tenant, 'enable', id)),
];

const notInUse: readonly Negative[] = [
  ...(['CREATED', 'DISABLED', 'ERROR'] as const).map((status): Negative => ({
    rule: 'BI-INTEG-002', what: `disabling an integration that is ${status}`, status: 409, says: `the integration is ${status}`, monitored: 'STEP_REFUSED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return onIntegration(tenant, 'disable', await integration(stage, tenant, status));
    },
  })),
  ...onWhatIsMissing('BI-INTEG-002', 'disabling', (tenant, id) => onIntegration(tenant, 'disable', id)),
];

const ofInactiveTenants: readonly Negative[] = [
  ...INACTIVE.flatMap((status): readonly Negative[] => [
    {
      // A tenant that was never provisioned has no counters yet: its plan has no room.
      rule: 'BI-INTEG-004', what: `an integration of a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: status === 'CREATING' ? 'PLAN_LIMIT' : 'COMMITTED',
      arrange: async (stage) => createIntegration(await stage.tenant({ status }), status === 'CREATING' ? { credential: null, connectorType: 'HTTP', config: { url: 'https://a.example' } } : {}),
    },
    {
      rule: 'BI-INTEG-004', what: `enabling an integration of a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored: 'COMMITTED',
      arrange: async (stage) => {
        const tenant = await stage.tenant();
        const id = await integration(stage, tenant);
        await stage.plantStatus(tenant, status);
        return onIntegration(tenant, 'enable', id);
      },
    },
  ]),
  {
    rule: 'BI-INTEG-004', what: 'an integration of a tenant that does not exist', status: 404, says: 'the tenant does not exist', monitored: 'NOT_FOUND',
    arrange: async () => createIntegration({ admin: handMade(NOBODY) }),
  },
];

const stepsThatAreNotThere: readonly Negative[] = [
  ...onWhatIsMissing('BI-INTEG-005', 'changing', updateIntegration),
  ...onWhatIsMissing('BI-INTEG-005', 'giving another credential', rotateCredential),
  ...onWhatIsMissing('BI-INTEG-005', 'deleting', (tenant, id) => onIntegration(tenant, 'delete', id)),
  ...onWhatIsMissing('BI-INTEG-005', 'probing', (tenant, id) => onIntegration(tenant, 'probe', id)),
  {
    rule: 'BI-INTEG-005', what: 'probing an integration that is DISABLED', status: 409, says: 'the integration is DISABLED', monitored: 'STEP_REFUSED',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      return onIntegration(tenant, 'probe', await integration(stage, tenant, 'DISABLED'));
    },
  },
];

const INACTIVE_STEPS: readonly (readonly [step: string, monitored: Negative['monitored'], ask: (tenant: Cast, id: string) => Ask])[] = [
  ['changing', 'COMMITTED', updateIntegration],
  ['giving another credential', 'COMMITTED', rotateCredential],
  // There is nothing to store: nothing was sent.
  ['probing', 'STEP_REFUSED', (tenant, id) => onIntegration(tenant, 'probe', id)],
];

/** Whatever is no deletion: nothing is sent for, or given to, what belongs to a tenant that is not in use. */
const stepsOfInactiveTenants: readonly Negative[] = INACTIVE.flatMap((status) =>
  INACTIVE_STEPS.map(([step, monitored, ask]): Negative => ({
    rule: 'BI-INTEG-005', what: `${step} of an integration of a ${status} tenant`, status: 409, says: `the tenant is ${status}`, monitored,
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const id = await integration(stage, tenant);
      await stage.plantStatus(tenant, status);
      return ask(tenant, id);
    },
  })));

export const integrationNegatives: readonly Negative[] = [...misfits, ...notInUse, ...ofInactiveTenants, ...stepsThatAreNotThere, ...stepsOfInactiveTenants];

const STATUSES = ['CREATED', 'ENABLED', 'DISABLED', 'ERROR'] as const;

/** A step on a new integration in this state. */
const fromState = (rules: Positive['rules'], step: string, status: (typeof STATUSES)[number], ask: (tenant: Cast, id: string, version: number) => Ask): Positive => ({
  rules, what: `${step} an integration that is ${status}`,
  arrange: async (stage) => {
    const tenant = await stage.tenant();
    const id = await integration(stage, tenant, status);
    return ask(tenant, id, { CREATED: 1, ENABLED: 2, DISABLED: 3, ERROR: 2 }[status]);
  },
});

export const integrationPositives: readonly Positive[] = [
  { rules: ['BI-INTEG-004'], what: 'an integration of an ACTIVE tenant', arrange: async (stage) => createIntegration(await stage.tenant()) },
  {
    rules: ['BI-INTEG-004'], what: 'an integration of a tenant that was suspended and resumed',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      await stage.do(suspend(stage, tenant));
      await stage.do(resume(stage, tenant));
      return createIntegration(tenant);
    },
  },
  ...STATUSES.filter((status) => status !== 'ENABLED').map((status) =>
    fromState(['BI-INTEG-001', 'BI-INTEG-004'], 'enabling', status, (tenant, id) => onIntegration(tenant, 'enable', id))),
  {
    rules: ['BI-INTEG-001'], what: 'enabling an integration whose type was removed, and defined again',
    arrange: async (stage) => {
      const [tenant, type] = [await stage.tenant(), await newType(stage)];
      const id = await integration(stage, tenant, 'CREATED', { connectorType: type });
      await stage.do(removeType(stage, type));
      await stage.do(putType(stage, type));
      return onIntegration(tenant, 'enable', id);
    },
  },
  fromState(['BI-INTEG-002'], 'disabling', 'ENABLED', (tenant, id) => onIntegration(tenant, 'disable', id)),
  {
    rules: ['BI-INTEG-002'], what: 'disabling an integration of a SUSPENDED tenant: a protective step',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const id = await integration(stage, tenant, 'ENABLED');
      await stage.do(suspend(stage, tenant));
      return onIntegration(tenant, 'disable', id);
    },
  },
  {
    rules: ['BI-INTEG-005'], what: 'deleting an integration of a SUSPENDED tenant: a protective step',
    arrange: async (stage) => {
      const tenant = await stage.tenant();
      const id = await integration(stage, tenant, 'ENABLED');
      await stage.do(suspend(stage, tenant));
      return onIntegration(tenant, 'delete', id);
    },
  },
  ...STATUSES.flatMap((status) => [
    fromState(['BI-INTEG-005'], 'renaming', status, (tenant, id, version) => updateIntegration(tenant, id, { version, name: 'renamed' })),
    fromState(['BI-INTEG-005'], 'giving another credential to', status, (tenant, id) => rotateCredential(tenant, id)),
    fromState(['BI-INTEG-005'], 'deleting', status, (tenant, id) => onIntegration(tenant, 'delete', id)),
    ...(status === 'DISABLED' ? [] : [fromState(['BI-INTEG-005'], 'probing', status, (tenant, id) => onIntegration(tenant, 'probe', id))]),
  ]),
];

import { tenantUnderShareLock } from '@hoc/l4-spine/domains/account/facts';
import { connectorTypeOfIntegration, integrationUnderUpdateLock } from '@hoc/l4-spine/domains/integrations/facts';
import type { ReadyWrite } from './bypass.ts';
import type { FaultyFact } from './faults.ts';
import { createIntegration, integration, newType, onIntegration, putType, removeType, rotateCredential, updateIntegration, type IntegrationStatus } from './integrations.steps.ts';
import type { Ask, Cast, Stage } from './stage.ts';

const onNew = (ask: (tenant: Cast, id: string) => Ask, status: IntegrationStatus = 'CREATED') => async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  return ask(tenant, await integration(stage, tenant, status));
};
const enable = onNew((tenant, id) => onIntegration(tenant, 'enable', id));
const disable = onNew((tenant, id) => onIntegration(tenant, 'disable', id), 'ENABLED');
const update = onNew((tenant, id) => updateIntegration(tenant, id));

/** Every write of integrations, in a state in which it goes through. */
export const integrationWrites: readonly ReadyWrite[] = [
  { method: 'create', arrange: async (stage) => createIntegration(await stage.tenant()) },
  { method: 'update', arrange: update },
  { method: 'enable', arrange: enable },
  { method: 'disable', arrange: disable },
  { method: 'probe', arrange: onNew((tenant, id) => onIntegration(tenant, 'probe', id)) },
  { method: 'rotate_credential', arrange: onNew((tenant, id) => rotateCredential(tenant, id)) },
  { method: 'delete', arrange: onNew((tenant, id) => onIntegration(tenant, 'delete', id)) },
];

export const connectorTypeWrites: readonly ReadyWrite[] = [
  { method: 'put', arrange: async (stage) => putType(stage, await newType(stage)) },
  { method: 'remove', arrange: async (stage) => removeType(stage, await newType(stage)) },
];

/** Every fact of the rules of integrations, in each write that reads it in another way. */
export const integrationFacts: readonly FaultyFact[] = [
  { fact: connectorTypeOfIntegration, needed: 'enable', rules: ['BI-INTEG-001'], monitored: 'COMMITTED', arrange: enable },
  { fact: integrationUnderUpdateLock, needed: 'enable', rules: ['BI-INTEG-001'], monitored: 'FAILED', arrange: enable },
  { fact: integrationUnderUpdateLock, needed: 'disable', rules: ['BI-INTEG-002'], monitored: 'FAILED', arrange: disable },
  { fact: integrationUnderUpdateLock, needed: 'change', rules: ['BI-INTEG-005'], monitored: 'FAILED', arrange: update },
  { fact: tenantUnderShareLock, needed: 'change', rules: ['BI-INTEG-005'], monitored: 'COMMITTED', arrange: update },
  { fact: tenantUnderShareLock, needed: 'create', rules: ['BI-INTEG-004'], monitored: 'FAILED', arrange: async (stage) => createIntegration(await stage.tenant()) },
];

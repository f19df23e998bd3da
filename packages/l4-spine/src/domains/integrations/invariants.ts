import { judgeConfig } from '@hoc/l5-engines/integrations/config-schema';
import { allowsIntegrationStep, needsActiveTenant, type IntegrationStep } from '@hoc/l5-engines/integrations/lifecycle';
import type { FieldProblem } from '@hoc/l5-engines/rejection';
import { missing, stateInvariant, transitionInvariant } from '../../kernel/invariant.ts';
import { pointer } from '../../kernel/parse.ts';
import { PLATFORM } from '../../kernel/request.ts';
import { tenantUnderShareLock } from '../account/facts.ts';
import { findings, type ScanScope } from '../scan-scope.ts';
import { connectorTypeOfIntegration, integrationUnderUpdateLock } from './facts.ts';

const NO_INTEGRATION = 'the integration does not exist in this tenant';

/** An integration is in use only as its type, as it is defined now, allows. */
export const integrationFitsItsType = stateInvariant({
  id: 'BI-INTEG-001',
  guards: ['integration.enable'],
  severity: 'HIGH',
  status: 422,
  condition: "The connector type of an integration that is enabled is registered, and the integration's config satisfies its schema.",
  remediation: 'Change the config such that it satisfies the schema, or use a connector type that is registered.',
  needs: [connectorTypeOfIntegration, integrationUnderUpdateLock],
  holds: ({ connectorType: type, integration }) => {
    if (integration === null) return missing(NO_INTEGRATION);
    if (type === null || !type.isEnabled) return `the connector type ${integration.connectorType} is not registered`;
    const judged = judgeConfig(type.configSchema, integration.config);
    return judged.ok || `the config does not satisfy the schema of ${type.name}: ${told(judged.problems)}`;
  },
  scan: async ({ scans, tenantId }: ScanScope) => {
    const found = (await scans.enabledIntegrations(tenantId)).flatMap(({ subject, connectorType, config, isTypeEnabled, configSchema }) => {
      if (isTypeEnabled !== true || configSchema === null) return [{ subject, message: `an ENABLED integration of ${connectorType}, which is not registered` }];
      const judged = judgeConfig(configSchema, config);
      return judged.ok ? [] : [{ subject, message: `an ENABLED integration whose config does not satisfy the schema of ${connectorType}: ${told(judged.problems)}` }];
    });
    return findings(tenantId, found, ({ message }) => message);
  },
});

/** Only what is there and in use can be taken out of use. */
export const integrationCanBeDisabled = transitionInvariant({
  id: 'BI-INTEG-002',
  guards: ['integration.disable'],
  severity: 'HIGH',
  status: 409,
  condition: 'The integration exists in this tenant and is ENABLED.',
  remediation: 'Read the integration: it may have been disabled before, or was never enabled.',
  needs: [integrationUnderUpdateLock],
  holds: ({ integration }) => (integration === null ? missing(NO_INTEGRATION) : allowsIntegrationStep(integration, 'disable')),
});

/** Integrations are read tenant by tenant, whoever reads them. A read takes no locks: this is about its request alone. */
export const readsOneTenant = transitionInvariant({
  id: 'BI-INTEG-003',
  guards: ['integrations.query'],
  severity: 'MEDIUM',
  status: 400,
  condition: 'A request that reads integrations is scoped to a tenant.',
  remediation: 'Name the tenant whose integrations are to be read.',
  needs: [],
  holds: (_facts, { tenantId }) => tenantId !== PLATFORM || 'the request is not scoped to a tenant',
});

/** Nothing comes to life in a tenant that is not ACTIVE. */
export const integrationOfActiveTenant = transitionInvariant({
  id: 'BI-INTEG-004',
  guards: ['integration.create', 'integration.enable'],
  severity: 'CRITICAL',
  status: 409,
  condition: 'The tenant of an integration that is created or enabled exists and is ACTIVE.',
  remediation: 'Resume the tenant, or finish its provisioning, then try again.',
  needs: [tenantUnderShareLock],
  holds: ({ tenant }) => {
    if (tenant === null) return missing('the tenant does not exist');
    return tenant.status === 'ACTIVE' || `the tenant is ${tenant.status}`;
  },
});

/** What is there can be deleted; of an ACTIVE tenant also changed, and tried unless it is DISABLED. */
export const integrationAllowsStep = transitionInvariant({
  id: 'BI-INTEG-005',
  guards: ['integration.update', 'integration.rotate_credential', 'integration.delete', 'integration.probe'],
  severity: 'HIGH',
  status: 409,
  condition: 'The integration exists in this tenant, its state allows the step, and the tenant is ACTIVE unless the step is a deletion.',
  remediation: 'Read the integration: what is DISABLED is not probed until it is enabled. What belongs to a tenant that is not ACTIVE is left as it is until the tenant is resumed.',
  needs: [tenantUnderShareLock, integrationUnderUpdateLock],
  holds: ({ tenant, integration }, { input: { step } }: { readonly input: { readonly integrationId: string; readonly step: IntegrationStep } }) => {
    if (integration === null || tenant === null) return missing(NO_INTEGRATION);
    return needsActiveTenant(step) && tenant.status !== 'ACTIVE' ? `the tenant is ${tenant.status}` : allowsIntegrationStep(integration, step);
  },
});

const told = (problems: readonly FieldProblem[]): string => problems.map(({ path, message }) => `${pointer(path)} ${message}`).join(', ');

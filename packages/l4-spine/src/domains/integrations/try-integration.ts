import { judgeConfig } from '@hoc/l5-engines/integrations/config-schema';
import { targetOrigin } from '@hoc/l5-engines/integrations/target';
import type { ProbeFinding } from '@hoc/l5-engines/integrations/probe-record';
import type { DecideScope, ReadScope } from '@hoc/l5-engines/scope';
import type { Outside } from '../../kernel/operation.ts';
import type { ConnectorTypeRow, DataKeyRow, IntegrationRow } from '../rows.ts';
import { unsealCredential } from './stored-credential.ts';

/** What was tried, and what came of it. */
export interface Tried {
  /** Of the integration, as it was when it was tried. */
  readonly version: number;
  /** Of its connector type, likewise. */
  readonly revision: number;
  readonly finding: ProbeFinding;
}

interface Stored {
  readonly integration: IntegrationRow;
  readonly type: ConnectorTypeRow;
  readonly dataKey: DataKeyRow | null;
}

/**
 * Tries an integration by a real request; null, with nothing sent, where there is none to try, it is DISABLED, or its tenant is not
 * ACTIVE. No transaction is open meanwhile.
 */
export async function tryIntegration({ read, decide }: Outside<ReadScope, DecideScope>, tenantId: string, integrationId: string): Promise<Tried | null> {
  const stored = await read((scope) => loaded(scope, tenantId, integrationId));
  return stored === null ? null : { version: stored.integration.version, revision: stored.type.revision, finding: await findingOf(stored, decide) };
}

async function loaded({ tenants, integrations, connectorTypes, dataKeys }: ReadScope, tenantId: string, integrationId: string): Promise<Stored | null> {
  const [tenant, integration] = await Promise.all([tenants.get(tenantId), integrations.get(tenantId, integrationId)]);
  if (tenant?.status !== 'ACTIVE' || integration === null || integration.status === 'DISABLED') return null;
  const { dataKeyId } = integration;
  const [type, dataKey] = await Promise.all([connectorTypes.get(integration.connectorType), dataKeyId === null ? null : dataKeys.byId(tenantId, dataKeyId)]);
  if (type === null) throw new Error('an integration is of a connector type that is not there');
  return { integration, type, dataKey };
}

async function findingOf({ integration, type, dataKey }: Stored, { probe, vault }: Pick<DecideScope, 'probe' | 'vault'>): Promise<ProbeFinding> {
  const { tenantId, sealedCredential: sealed, credentialOrigin } = integration;
  const unusable = (reason: string): ProbeFinding => ({ performed: true, unusable: reason });
  if (!type.isEnabled) return unusable('The connector type is not registered any more.');
  const judged = judgeConfig(type.configSchema, integration.config);
  if (!judged.ok) return unusable('The config does not satisfy the schema of the connector type any more.');
  if (sealed === null) return probe({ tenantId, definition: type.probe, config: judged.config, credential: null });
  // Whoever has changed the config, or the definition: a credential goes nowhere but where it was given for.
  const origin = targetOrigin(type.probe, judged.config);
  if (origin === null || origin !== credentialOrigin) return unusable('The probe would lead to another scheme, host or port than the stored credential was given for; nothing was sent. Give the credential again.');
  const unsealed = unsealCredential(integration, { sealed, origin }, dataKey, vault);
  if (!unsealed.ok) return unusable('The stored credential cannot be read. Replace it.');
  return probe({ tenantId, definition: type.probe, config: judged.config, credential: unsealed.plaintext });
}

import { judgeConfig } from '@hoc/l5-engines/integrations/config-schema';
import type { ProbeFinding } from '@hoc/l5-engines/integrations/probe-record';
import type { DecideScope, ReadScope } from '@hoc/l5-engines/scope';
import type { Outside } from '../../kernel/operation.ts';
import type { ConnectorTypeRow, DataKeyRow, IntegrationRow } from '../rows.ts';
import { unsealCredential } from './stored-credential.ts';

/** What was tried, and what came of it. */
export interface Tried {
  /** Of the integration, as it was when it was tried. */
  readonly version: number;
  readonly finding: ProbeFinding;
}

interface Stored {
  readonly integration: IntegrationRow;
  readonly type: ConnectorTypeRow | null;
  readonly dataKey: DataKeyRow | null;
}

/** Tries an integration by a real request; null, with nothing sent, where there is none to try, or it is DISABLED. No transaction is open meanwhile. */
export async function tryIntegration({ read, decide }: Outside<ReadScope, DecideScope>, tenantId: string, integrationId: string): Promise<Tried | null> {
  const stored = await read((scope) => loaded(scope, tenantId, integrationId));
  return stored === null ? null : { version: stored.integration.version, finding: await findingOf(stored, decide) };
}

async function loaded({ integrations, connectorTypes, dataKeys }: ReadScope, tenantId: string, integrationId: string): Promise<Stored | null> {
  const integration = await integrations.get(tenantId, integrationId);
  if (integration === null || integration.status === 'DISABLED') return null;
  const { dataKeyId } = integration;
  const [type, dataKey] = await Promise.all([connectorTypes.get(integration.connectorType), dataKeyId === null ? null : dataKeys.byId(tenantId, dataKeyId)]);
  return { integration, type, dataKey };
}

async function findingOf({ integration, type, dataKey }: Stored, { probe, vault }: Pick<DecideScope, 'probe' | 'vault'>): Promise<ProbeFinding> {
  const { tenantId, sealedCredential } = integration;
  const unusable = (reason: string): ProbeFinding => ({ performed: true, unusable: reason });
  if (type === null || !type.isEnabled) return unusable('The connector type is not registered any more.');
  const judged = judgeConfig(type.configSchema, integration.config);
  if (!judged.ok) return unusable('The config does not satisfy the schema of the connector type any more.');
  if (sealedCredential === null) return probe({ tenantId, definition: type.probe, config: judged.config, credential: null });
  const unsealed = unsealCredential(integration, sealedCredential, dataKey, vault);
  if (!unsealed.ok) return unusable('The stored credential cannot be read. Replace it.');
  return probe({ tenantId, definition: type.probe, config: judged.config, credential: unsealed.plaintext });
}

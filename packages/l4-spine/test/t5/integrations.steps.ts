import { randomUUID } from 'node:crypto';
import { byAdmin, type Ask, type Cast, type Stage } from './stage.ts';

/** What every integration of these proofs has for a credential: to be found nowhere. */
export const PLANTED = 'sk-planted-7Qm2xV9tRb4LzK8w';

export type IntegrationStatus = 'CREATED' | 'ENABLED' | 'DISABLED' | 'ERROR';

/** A schema that nothing is asked of, and one that asks for a city. */
export const OPEN = { type: 'object', additionalProperties: false, properties: { city: { type: 'string' } } } as const;
export const NEEDS_CITY = { ...OPEN, required: ['city'] } as const;

export const createIntegration = (tenant: Pick<Cast, 'admin'>, input: object = {}): Ask =>
  byAdmin(tenant, 'integrations.write', 'create', { connectorType: 'OPENAI', name: `an integration ${randomUUID()}`, credential: PLANTED, ...input });
export const onIntegration = (tenant: Pick<Cast, 'admin'>, method: 'enable' | 'disable' | 'delete' | 'probe', integrationId: string): Ask =>
  byAdmin(tenant, 'integrations.write', method, { integrationId });
export const updateIntegration = (tenant: Pick<Cast, 'admin'>, integrationId: string, input: object = { version: 1, name: `renamed ${randomUUID()}` }): Ask =>
  byAdmin(tenant, 'integrations.write', 'update', { integrationId, ...input });
export const rotateCredential = (tenant: Pick<Cast, 'admin'>, integrationId: string, credential: string | null = PLANTED, input: object = {}): Ask =>
  byAdmin(tenant, 'integrations.write', 'rotate_credential', { integrationId, credential, ...input });

export const putType = (stage: Stage, name: string, configSchema: object = OPEN, probe: object = {}): Ask =>
  stage.byOperator('connector_types.write', 'put', {
    name, title: 'A service', configSchema, credentialKind: 'OPTIONAL_TOKEN',
    probe: { method: 'GET', url: 'https://service.example/', headers: { authorization: 'Bearer {credential}' }, healthyStatuses: [200], ...probe },
  });
export const removeType = (stage: Stage, name: string): Ask => stage.byOperator('connector_types.write', 'remove', { name });

/** A connector type of a proof's own: changing it is nobody else's business. */
export async function newType(stage: Stage): Promise<string> {
  const name = `T_${randomUUID().replaceAll('-', '').toUpperCase()}`;
  await stage.do(putType(stage, name));
  return name;
}

/** The id of a new integration that went through its life to this status; ERROR is planted, for only time leads there. */
export async function integration(stage: Stage, tenant: Cast, status: IntegrationStatus = 'CREATED', input: object = {}): Promise<string> {
  const { id } = await stage.do<{ id: string }>(createIntegration(tenant, input));
  if (status !== 'CREATED') await stage.do(onIntegration(tenant, 'enable', id));
  if (status === 'DISABLED') await stage.do(onIntegration(tenant, 'disable', id));
  if (status === 'ERROR') await stage.db.asOwner(`update integrations set status = 'ERROR' where tenant_id = $1 and id = $2`, [tenant.id, id]);
  return id;
}

export interface StoredIntegration {
  readonly status: IntegrationStatus;
  readonly health: string;
  readonly healthMessage: string | null;
  readonly lastProbeOk: boolean | null;
  readonly version: number;
  readonly sealed: string | null;
  readonly origin: string | null;
}

/** An integration as its row has it, deleted or not. */
export async function storedIntegration(stage: Stage, tenant: Cast, id: string): Promise<StoredIntegration | undefined> {
  const [row] = await stage.db.asOwner<StoredIntegration>(
    `select status, health, health_message as "healthMessage", last_probe_ok as "lastProbeOk", version, sealed_credential as sealed, credential_origin as origin from integrations where tenant_id = $1 and id = $2`,
    [tenant.id, id],
  );
  return row;
}

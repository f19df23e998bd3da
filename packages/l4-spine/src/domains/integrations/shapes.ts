import { z } from 'zod';
import { actorShape } from '../actor.ts';
import { instantOut, isoOrNull } from '../instant.ts';
import type { IntegrationRow } from '../rows.ts';

const STATUSES = ['CREATED', 'ENABLED', 'DISABLED', 'ERROR'] as const satisfies readonly IntegrationRow['status'][];
const HEALTHS = ['UNKNOWN', 'HEALTHY', 'DEGRADED', 'FAILING'] as const satisfies readonly IntegrationRow['health'][];

export const integrationStatus: z.ZodEnum<{ [S in (typeof STATUSES)[number]]: S }> = z.enum(STATUSES);
export const integrationHealth: z.ZodEnum<{ [S in (typeof HEALTHS)[number]]: S }> = z.enum(HEALTHS);

const healthFields = {
  status: integrationStatus, health: integrationHealth, checkedAt: instantOut.nullable(), healthMessage: z.string().nullable(), lastProbeOk: z.boolean().nullable(),
} as const;

/** An integration as everybody sees it: never its credential, only whether it has one. */
export const integrationShape = z.object({
  id: z.string(), tenantId: z.string(), connectorType: z.string(), name: z.string(), config: z.record(z.string(), z.unknown()), hasCredential: z.boolean(), ...healthFields,
  createdBy: actorShape, createdAt: instantOut, updatedAt: instantOut, version: z.int(),
});
export type IntegrationShape = z.output<typeof integrationShape>;

/** How an integration fares, by its last probe. */
export const healthShape = z.object({ integrationId: z.string(), ...healthFields });

const healthOf = ({ status, health, checkedAt, healthMessage, lastProbeOk }: IntegrationRow) => ({ status, health, checkedAt: isoOrNull(checkedAt), healthMessage, lastProbeOk });

export const showHealth = (integration: IntegrationRow): z.output<typeof healthShape> => ({ integrationId: integration.id, ...healthOf(integration) });

export const showIntegration = (integration: IntegrationRow): IntegrationShape => ({
  id: integration.id, tenantId: integration.tenantId, connectorType: integration.connectorType, name: integration.name, config: { ...integration.config },
  hasCredential: integration.sealedCredential !== null, ...healthOf(integration),
  createdBy: integration.createdBy, createdAt: integration.createdAt.toISOString(), updatedAt: integration.updatedAt.toISOString(), version: integration.version,
});

import { z } from 'zod';
import { instantOut } from '../instant.ts';
import type { ConnectorTypeRow } from '../rows.ts';

const KINDS = ['NONE', 'OPTIONAL_TOKEN', 'TOKEN', 'URL'] as const satisfies readonly ConnectorTypeRow['credentialKind'][];

export const credentialKind: z.ZodEnum<{ [K in (typeof KINDS)[number]]: K }> = z.enum(KINDS);

const json = z.record(z.string(), z.unknown());

/** A connector type as tenants see it: what its config and credential have to be. */
export const connectorTypeShape = z.object({ name: z.string(), title: z.string(), configSchema: json, credentialKind });

/** A connector type as operators see it. */
export const connectorDefinitionShape = z.object({
  ...connectorTypeShape.shape,
  probe: z.object({
    method: z.enum(['GET', 'HEAD', 'POST']), url: z.string(), headers: z.record(z.string(), z.string()), body: z.string().optional(), healthyStatuses: z.array(z.int()),
  }),
  isEnabled: z.boolean(), createdAt: instantOut, updatedAt: instantOut,
});

export const showConnectorType = ({ name, title, configSchema, credentialKind: kind }: ConnectorTypeRow): z.output<typeof connectorTypeShape> => ({
  name, title, configSchema: { ...configSchema }, credentialKind: kind,
});

export const showConnectorDefinition = (type: ConnectorTypeRow): z.output<typeof connectorDefinitionShape> => ({
  ...showConnectorType(type),
  probe: { ...type.probe, headers: { ...type.probe.headers }, healthyStatuses: [...type.probe.healthyStatuses] },
  isEnabled: type.isEnabled, createdAt: type.createdAt.toISOString(), updatedAt: type.updatedAt.toISOString(),
});

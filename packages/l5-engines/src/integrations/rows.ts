import type { ConnectorTypeReader } from '@hoc/l6-drivers/integrations/connector-types.driver';
import type { IntegrationReader, ProbeRecord as StoredProbe } from '@hoc/l6-drivers/integrations/integrations.driver';

/** A connector type as it is stored. */
export type ConnectorType = NonNullable<Awaited<ReturnType<ConnectorTypeReader['get']>>>;

/** How a connection of a type is tried. */
export type ProbeDefinition = ConnectorType['probe'];

/** An integration as it is stored. */
export type Integration = NonNullable<Awaited<ReturnType<IntegrationReader['get']>>>;

/** What is stored of a probe, beside the revision of the definition that it was made by. */
export type ProbeRecord = Omit<StoredProbe, 'probedRevision'>;

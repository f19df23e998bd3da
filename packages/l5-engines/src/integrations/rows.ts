import type { ConnectorTypeReader } from '@hoc/l6-drivers/integrations/connector-types.driver';

/** A connector type as it is stored. */
export type ConnectorType = NonNullable<Awaited<ReturnType<ConnectorTypeReader['get']>>>;

/** How a connection of a type is tried. */
export type ProbeDefinition = ConnectorType['probe'];

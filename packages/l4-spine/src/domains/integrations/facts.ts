import type { WriteScope } from '@hoc/l5-engines/scope';
import { fact } from '../../kernel/fact.ts';
import type { Request } from '../../kernel/request.ts';

type OfIntegration = Request<{ readonly integrationId: string }>;

/** The integration that the input names; null where this tenant has none of that id, or it is deleted. */
export const integrationUnderUpdateLock = fact({
  name: 'integration',
  lock: 'update',
  resolve: (scope: WriteScope, { tenantId, input }: OfIntegration) => scope.integrations.lockForUpdate(tenantId, input.integrationId),
});

/** The type of that integration, as operators have defined it; it stays so while the integration comes to life. */
export const connectorTypeOfIntegration = fact({
  name: 'connectorType',
  lock: 'share',
  resolve: (scope: WriteScope, { tenantId, input }: OfIntegration) => scope.connectorTypes.lockForShareOfIntegration(tenantId, input.integrationId),
});

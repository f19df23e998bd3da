import type { Facade } from '../http/route.ts';
import { apiKeyRoutes } from '../int/api-keys.routes.ts';

/** What the operator's own services and gateways may do. */
export const int: Facade = { plane: 'int', prefix: '/int/v1', routes: apiKeyRoutes };

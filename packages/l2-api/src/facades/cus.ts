import { accountOnboardingRoutes } from '../cus/account-onboarding.routes.ts';
import { accountRoutes } from '../cus/account.routes.ts';
import { apiKeyRoutes } from '../cus/api-keys.routes.ts';
import { auditRoutes } from '../cus/audit.routes.ts';
import { integrationRoutes } from '../cus/integrations.routes.ts';
import { usageRoutes } from '../cus/usage.routes.ts';
import { webhookRoutes } from '../cus/webhooks.routes.ts';
import type { Facade } from '../http/route.ts';

/** What a tenant's admins and automation may do. */
export const cus: Facade = { plane: 'cus', prefix: '/v1', routes: [...accountRoutes, ...accountOnboardingRoutes, ...apiKeyRoutes, ...auditRoutes, ...integrationRoutes, ...webhookRoutes, ...usageRoutes] };

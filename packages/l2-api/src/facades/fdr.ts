import { accountOnboardingRoutes } from '../fdr/account-onboarding.routes.ts';
import { accountRoutes } from '../fdr/account.routes.ts';
import { apiKeyRoutes } from '../fdr/api-keys.routes.ts';
import { governanceRoutes } from '../fdr/governance.routes.ts';
import { installationRoutes } from '../fdr/installation.routes.ts';
import { integrationRoutes } from '../fdr/integrations.routes.ts';
import { usageRoutes } from '../fdr/usage.routes.ts';
import type { Facade } from '../http/route.ts';

/** What operators of the platform may do. */
export const fdr: Facade = { plane: 'fdr', prefix: '/fdr/v1', routes: [...accountRoutes, ...accountOnboardingRoutes, ...apiKeyRoutes, ...governanceRoutes, ...installationRoutes, ...integrationRoutes, ...usageRoutes] };

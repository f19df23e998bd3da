import type { Route } from '../http/route.ts';

export const installationRoutes: readonly Route[] = [{ method: 'GET', path: '/peppers', operation: ['installation.query', 'peppers'], success: 200 }];

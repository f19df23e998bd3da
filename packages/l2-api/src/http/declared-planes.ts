import type { Plane } from '@hoc/l4-spine/kernel/principal';
import type { FastifyInstance } from 'fastify';
import { OPEN_PATHS } from './open-routes.ts';
import type { Route } from './route.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whose tokens this route takes; `open` for the few that take none. */
    plane?: Plane | 'open';
    /** See {@link Route.caller}. */
    caller?: Route['caller'];
  }
}

/**
 * Refuses, at construction, every route that says nothing about who may ask, and every open one that is not meant to be.
 * Set before any route.
 */
export function demandPlanes(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    const isOpenPath = OPEN_PATHS.some((path) => url === path || url.startsWith(`${path}/`));
    const plane = config?.plane ?? (url.startsWith('/docs') && isOpenPath ? 'open' : undefined);
    if (plane === undefined) throw new Error(`${String(method)} ${url} declares no plane: routes are declared in a facade`);
    if (plane === 'open' && !isOpenPath) throw new Error(`${String(method)} ${url} is open and must not be`);
  });
}

import type { FastifyInstance } from 'fastify';
import { authenticate, authenticateAgain } from './authentication.ts';
import type { BoundRoute } from './bound-route.ts';
import { handlerOf } from './dispatch.ts';
import { outputSchemaOf } from './json-schema.ts';
import type { Facade } from './route.ts';
import type { Spine } from './spine.ts';

/** Puts the routes of one plane behind its authentication. */
export function servePlane(app: FastifyInstance, spine: Spine, { plane }: Facade, routes: readonly BoundRoute[]): void {
  app.register(async (scope) => {
    scope.addHook('onRequest', authenticate(spine, plane));
    scope.addHook('preHandler', authenticateAgain(spine, plane));
    for (const bound of routes) {
      const { method, success, caller } = bound.route;
      scope.route({
        method, url: bound.url.replaceAll(/\{([^}]+)\}/g, ':$1'), config: { plane, ...(caller === undefined ? {} : { caller }) }, handler: handlerOf(spine, bound),
        // Compiled to the serialiser. It writes what the output schema names, and nothing else of a value.
        ...(success === 204 ? {} : { schema: { response: { [success]: outputSchemaOf(bound.output, 'draft-7') } } }),
      });
    }
  });
}

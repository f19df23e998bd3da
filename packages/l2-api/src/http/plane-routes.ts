import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import { authenticate, authenticateAgain, principalsOf, type FindPrincipal } from './authentication.ts';
import type { BoundRoute } from './bound-route.ts';
import { decide, isDecidedAtOnce, refuseBeforeErrors } from './decision.ts';
import { handlerOf } from './dispatch.ts';
import { outputSchemaOf } from './json-schema.ts';
import type { Facade } from './route.ts';
import type { Spine } from './spine.ts';

/** Puts the routes of one plane behind its authentication. */
export function servePlane(app: FastifyInstance, spine: Spine, { plane }: Facade, routes: readonly BoundRoute[]): void {
  app.register(async (scope) => {
    const find = principalsOf(spine, plane);
    for (const bound of routes) {
      const { method, success, caller } = bound.route;
      scope.route({
        method, url: bound.url.replaceAll(/\{([^}]+)\}/g, ':$1'), config: { plane, ...(caller === undefined ? {} : { caller }) },
        // Compiled to the serialiser. It writes what the output schema names, and nothing else of a value.
        ...(success === 204 ? {} : { schema: { response: { [success]: outputSchemaOf(bound.output, 'draft-7') } } }),
        ...guarded(spine, bound, find),
      });
    }
  });
}

/** The handler of a route, and what stands before it. */
const guarded = (spine: Spine, bound: BoundRoute, find: FindPrincipal): Pick<RouteShorthandOptions, 'onRequest' | 'preHandler' | 'errorHandler'> & { readonly handler: ReturnType<typeof handlerOf> } =>
  isDecidedAtOnce(bound)
    ? { handler: decide(spine, bound, find), errorHandler: refuseBeforeErrors(find) }
    : { handler: handlerOf(spine, bound), onRequest: authenticate(find), preHandler: authenticateAgain(find) };

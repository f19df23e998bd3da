import type { FastifyInstance, RouteShorthandOptions } from 'fastify';
import { authenticate, authenticateAgain, identityOf, principalsOf, type Identify } from './authentication.ts';
import type { BoundRoute } from './bound-route.ts';
import { decide, isDecidedAtOnce, refuseBeforeErrors } from './decision.ts';
import { handlerOf } from './dispatch.ts';
import { outputSchemaOf } from './json-schema.ts';
import type { Facade } from './route.ts';
import { sharedIdentity } from './shared-identity.ts';
import type { Spine } from './spine.ts';

/** Puts the routes of one plane behind its authentication. */
export function servePlane(app: FastifyInstance, spine: Spine, { plane }: Facade, routes: readonly BoundRoute[]): void {
  app.register(async (scope) => {
    const identify = identityOf(spine, plane);
    const asDecided = sharedIdentity(spine, identify);
    for (const bound of routes) {
      const { method, success, caller } = bound.route;
      scope.route({
        method, url: bound.url.replaceAll(/\{([^}]+)\}/g, ':$1'), config: { plane, ...(caller === undefined ? {} : { caller }) },
        // Compiled to the serialiser. It writes what the output schema names, and nothing else of a value.
        ...(success === 204 ? {} : { schema: { response: { [success]: outputSchemaOf(bound.output, 'draft-7') } } }),
        ...(isDecidedAtOnce(bound) ? decided(spine, bound, asDecided) : guarded(spine, bound, identify)),
      });
    }
  });
}

type Guarded = Pick<RouteShorthandOptions, 'onRequest' | 'preHandler' | 'errorHandler'> & { readonly handler: ReturnType<typeof handlerOf> };

const decided = (spine: Spine, bound: BoundRoute, identify: Identify): Guarded => ({ handler: decide(spine, bound, identify), errorHandler: refuseBeforeErrors(identify) });

/** The handler of a route, and what stands before it. */
function guarded(spine: Spine, bound: BoundRoute, identify: Identify): Guarded {
  const find = principalsOf(identify);
  return { handler: handlerOf(spine, bound), onRequest: authenticate(find), preHandler: authenticateAgain(find) };
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Identified, Identify } from './authentication.ts';
import type { BoundRoute } from './bound-route.ts';
import { replyResult } from './dispatch.ts';
import { keepConnection } from './error-handler.ts';
import { readInput } from './read-input.ts';
import { replyProblem } from './reply-problem.ts';
import type { Spine } from './spine.ts';

/**
 * Whether a route asks who calls together with what is asked: one decision of the data plane, for which a round trip more would be most
 * of its time. All others find that out first, and before they read a body.
 */
export const isDecidedAtOnce = ({ operation, route }: BoundRoute): boolean =>
  operation.kind === 'decide' && route.composition === undefined && route.caller === undefined;

/**
 * The handler of such a route. The token is looked up once all of the body is there, in the same wave as what the operation asks ahead,
 * so that a token which is revoked while a body comes in decides nothing. INVARIANT: whatever else is wrong, who may not be here is told that and nothing else.
 */
export const decide = (spine: Spine, bound: BoundRoute, identify: Identify) => {
  const [address, method] = bound.route.operation;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const identified = identify(request);
    const read = readInput(bound, request);
    if (!read.ok) return replyProblem(request, reply, (await identified).refusal ?? read.refusal);
    const result = await spine.execute(address, { method, principal: identified.then(principalOf), input: read.call.input, tenantId: read.call.tenantId, requestId: request.id });
    const { principal, refusal } = await identified;
    // What goes wrong from here on is not asked again whose it is.
    request.principal = principal;
    return refusal === null ? replyResult(bound, request, reply, result) : replyProblem(request, reply, refusal);
  };
};

const principalOf = ({ principal }: Identified): Identified['principal'] => principal;

/** What is wrong with a body is told to those who may be here, once it is known that they may. */
export const refuseBeforeErrors = (identify: Identify) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void =>
    void errorOrRefusal(identify, error, request, reply);

async function errorOrRefusal(identify: Identify, error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  try {
    const refusal = request.principal === null ? (await identify(request)).refusal : null;
    if (refusal === null) return request.server.errorHandler(error, request, reply);
    keepConnection(reply);
    replyProblem(request, reply, refusal);
  } catch (fault) {
    // As Fastify takes whatever is thrown.
    request.server.errorHandler(fault as FastifyError, request, reply);
  }
}

import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { replyRefused, type FindPrincipal } from './authentication.ts';
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
export const decide = (spine: Spine, bound: BoundRoute, find: FindPrincipal) => {
  const [address, method] = bound.route.operation;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const principal = find(request);
    const read = readInput(bound, request);
    if (!read.ok) return (await principal) === null ? replyRefused(request, reply) : replyProblem(request, reply, read.refusal);
    const result = await spine.execute(address, { method, principal, input: read.call.input, tenantId: read.call.tenantId, requestId: request.id });
    // Mostly it is known by now, and a promise less counts here.
    if (request.principal === null && (await principal) === null) return replyRefused(request, reply);
    return replyResult(bound, request, reply, result);
  };
};

/** What is wrong with a body is told to those who may be here, once it is known that they may. */
export const refuseBeforeErrors = (find: FindPrincipal) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void =>
    void errorOrRefusal(find, error, request, reply);

async function errorOrRefusal(find: FindPrincipal, error: FastifyError, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  try {
    const isKnown = request.principal !== null || (await find(request)) !== null;
    if (isKnown) return request.server.errorHandler(error, request, reply);
  } catch (fault) {
    // As Fastify takes whatever is thrown.
    return request.server.errorHandler(fault as FastifyError, request, reply);
  }
  keepConnection(reply);
  replyRefused(request, reply);
}

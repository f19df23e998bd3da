import type { FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from './path-of.ts';
import { problemOf, PROBLEM_TYPE, retryAfterOf, type ProblemContext } from './problem.ts';
import type { Refusal } from './refusals.ts';

/** Answers a request with a problem; the last thing that a handler or a hook does. */
export function replyProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
  titles?: NonNullable<ProblemContext['titles']>,
): FastifyReply {
  const denial = { ...refusal, requestId: request.id };
  const problem = problemOf(denial, { instance: pathOf(request.raw.url), ...(titles === undefined ? {} : { titles }) });
  const retryAfter = retryAfterOf(denial);
  if (retryAfter !== null) reply.header('retry-after', retryAfter);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  // Bytes, because Fastify would add a charset parameter to a string's media type, and problem+json has none.
  return reply.code(problem.status).header('content-type', PROBLEM_TYPE).header('cache-control', 'no-store').send(Buffer.from(JSON.stringify(problem)));
}

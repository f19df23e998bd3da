import { parseInput } from '@hoc/l4-spine/kernel/parse';
import type { Denial, InputError, Result } from '@hoc/l4-spine/kernel/result';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { BoundRoute } from './bound-route.ts';
import { readInput } from './read-input.ts';
import { NOT_FOUND, type Refusal } from './refusals.ts';
import { replyProblem } from './reply-problem.ts';
import type { Dispatch } from './route.ts';
import type { Spine } from './spine.ts';

/** The handler of a bound route: request to call, call to result, result to answer. */
export const handlerOf =
  (spine: Spine, bound: BoundRoute) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { route } = bound;
    const read = readInput(bound, request);
    if (!read.ok) return replyProblem(request, reply, read.refusal);
    const execute: Dispatch['execute'] = ([address, method], call) =>
      spine.execute(address, { method, principal: request.principal, requestId: request.id, ...call });
    const result = await (route.composition === undefined
      ? execute(route.operation, read.call)
      : route.composition.run({ ...read.call, requestId: request.id, execute, errorsIn: errorsIn(bound) }));
    return replyResult(bound, request, reply, result);
  };

/** Answers a request with what its operation has answered. */
export function replyResult(bound: BoundRoute, request: FastifyRequest, reply: FastifyReply, result: Result<unknown>): FastifyReply {
  if (!result.ok) return replyProblem(request, reply, toldAs(bound, result.denial), bound.operation.rejections);
  const { success } = bound.route;
  reply.code(success).header('cache-control', 'no-store');
  return success === 204 ? reply.send() : reply.send(result.value);
}

const errorsIn =
  ({ operation }: BoundRoute) =>
  (input: unknown): readonly InputError[] => {
    const parsed = parseInput(operation.input, input);
    return parsed.ok ? [] : parsed.errors;
  };

/** A path whose id has no id's form names nothing: told like any id that nobody has. */
function toldAs({ route }: BoundRoute, denial: Denial): Refusal {
  if (denial.code !== 'INVALID_INPUT') return denial;
  const named = new Set(Object.values(route.params ?? {}).map((field) => `/${field}`));
  return denial.errors?.some(({ path }) => named.has(path)) === true ? NOT_FOUND : denial;
}

import type { Plane, Principal } from '@hoc/l4-spine/kernel/principal';
import type { Denial, Result } from '@hoc/l4-spine/kernel/result';
import type { FastifyReply, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import { z } from 'zod';
import { bearerToken } from './bearer.ts';
import { UNAUTHENTICATED, type Refusal } from './refusals.ts';
import { replyProblem } from './reply-problem.ts';
import type { Address, Spine } from './spine.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null on the open routes and before authentication. */
    principal: Principal | null;
    /** Whether the request was still coming in when its principal was found. */
    isPrincipalEarly: boolean;
  }
}

/** The operation that finds out who holds a token. */
const AUTHENTICATE: Address = ['auth.query', 'authenticate'];

/** The one that finds out which service key a token is, for the routes that are a service key's. */
const AUTHENTICATE_SERVICE_KEY: Address = ['auth.query', 'authenticate_service_key'];

/** A principal of the plain data that it answers. */
const authenticated: z.ZodType<Principal> = z.object({
  plane: z.enum(['fdr', 'int', 'cus']),
  id: z.string(),
  name: z.string(),
  tenantId: z.string().nullable(),
  permissions: z.array(z.string()).transform((list) => new Set(list)),
});

/**
 * The hook that stands before every route of a plane: finds the principal of the bearer token, or answers.
 * It runs before the body is read. An outage is 503, never 401: only a known verdict may be negative.
 */
export const authenticate =
  (spine: Spine, plane: Plane) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const token = bearerToken(request.headers.authorization);
    if (token === null) return replyProblem(request, reply, UNAUTHENTICATED);
    const find = ([address, method]: Address): Promise<Result<unknown>> =>
      spine.execute(address, { method, principal: null, input: { token, address: request.socket.remoteAddress ?? null }, requestId: request.id });
    const isForServiceKey = request.routeOptions.config.caller === 'service key';
    const result = await find(isForServiceKey ? AUTHENTICATE_SERVICE_KEY : AUTHENTICATE);
    if (!result.ok) return replyProblem(request, reply, isForServiceKey ? await refusalOfNoServiceKey(result.denial, plane, () => find(AUTHENTICATE)) : refusalOf(result.denial, plane));
    const principal = authenticated.parse(result.value);
    if (principal.plane !== plane) return replyProblem(request, reply, planeForbidden(plane));
    request.principal = principal;
    request.isPrincipalEarly = !request.raw.complete;
    return undefined;
  };

/**
 * The hook that stands between the body and the handler: finds the principal once more where the body came in after it was
 * found. A body may take a minute, and a token that is revoked in that minute must not dispatch what it announced before.
 */
export const authenticateAgain = (spine: Spine, plane: Plane): preHandlerAsyncHookHandler => {
  const find = authenticate(spine, plane);
  return async (request, reply) => (request.isPrincipalEarly ? find(request, reply) : undefined);
};

function refusalOf(denial: Denial, plane: Plane): Refusal {
  if (denial.status >= 500) return denial;
  // A tenant's service key: on its own plane it lacks the permission, on another it is of the wrong plane.
  if (denial.status === 403) return plane === 'cus' ? denial : planeForbidden(plane);
  // Whatever else is wrong with a token, the one who holds it learns that it is no valid one.
  return UNAUTHENTICATED;
}

/** Who shows another good token than a service key's learns that it is the wrong one; all others, that it is none. */
async function refusalOfNoServiceKey(denial: Denial, plane: Plane, findOther: () => Promise<Result<unknown>>): Promise<Refusal> {
  if (denial.status !== 401) return denial;
  const other = await findOther();
  if (!other.ok) return other.denial.status >= 500 ? other.denial : UNAUTHENTICATED;
  return authenticated.parse(other.value).plane === plane ? NEEDS_SERVICE_KEY : planeForbidden(plane);
}

const NEEDS_SERVICE_KEY: Refusal = { code: 'PERMISSION_DENIED', status: 403, detail: 'This is for a service key to do.' };

const planeForbidden = (plane: Plane): Refusal => ({
  code: 'PLANE_FORBIDDEN', status: 403, detail: `The token is not one of the ${plane} plane, to which this path belongs.`,
});

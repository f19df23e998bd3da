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
    /** What the request is answered with, where its principal was looked for and there is none that may be here. */
    refusal: Refusal | null;
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

/** Who asks, or what they are refused with. */
export type Identified = { readonly principal: Principal; readonly refusal: null } | { readonly principal: null; readonly refusal: Refusal };

/** Finds out who asks. */
export type Identify = (request: FastifyRequest) => Promise<Identified>;

/** Finds who asks; null where nobody does who may be here, and then the request says what it is refused with. */
export type FindPrincipal = (request: FastifyRequest) => Promise<Principal | null>;

/**
 * How the principals of a plane are found: by the bearer token, and by the truth at this moment.
 * An outage is 503, never 401: only a known verdict may be negative.
 */
export const identityOf =
  (spine: Spine, plane: Plane): Identify =>
  async (request) => {
    const token = bearerToken(request.headers.authorization);
    if (token === null) return refused(UNAUTHENTICATED);
    const isForServiceKey = request.routeOptions.config.caller === 'service key';
    const input = { token, address: request.socket.remoteAddress ?? null };
    const result = await ask(spine, isForServiceKey ? AUTHENTICATE_SERVICE_KEY : AUTHENTICATE, input, request.id);
    if (!result.ok) {
      return refused(isForServiceKey ? await refusalOfNoServiceKey(result.denial, plane, () => ask(spine, AUTHENTICATE, input, request.id)) : refusalOf(result.denial, plane));
    }
    const principal = authenticated.parse(result.value);
    return principal.plane === plane ? { principal, refusal: null } : refused(planeForbidden(plane));
  };

const refused = (refusal: Refusal): Identified => ({ principal: null, refusal });

/** Who is found is told to the request. */
export const principalsOf =
  (identify: Identify): FindPrincipal =>
  async (request) => {
    const { principal, refusal } = await identify(request);
    request.principal = principal;
    request.refusal = refusal;
    return principal;
  };

const ask = (spine: Spine, [address, method]: Address, input: object, requestId: string): Promise<Result<unknown>> =>
  spine.execute(address, { method, principal: null, input, requestId });

/** The hook that stands before a route, and before its body is read: finds the principal, or answers. */
export const authenticate =
  (find: FindPrincipal) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    if ((await find(request)) === null) return replyProblem(request, reply, request.refusal ?? UNAUTHENTICATED);
    request.isPrincipalEarly = !request.raw.complete;
    return undefined;
  };

/**
 * The hook that stands between the body and the handler: finds the principal once more where the body came in after it was
 * found. A body may take a minute, and a token that is revoked in that minute must not dispatch what it announced before.
 */
export const authenticateAgain = (find: FindPrincipal): preHandlerAsyncHookHandler => {
  const again = authenticate(find);
  return async (request, reply) => (request.isPrincipalEarly ? again(request, reply) : undefined);
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

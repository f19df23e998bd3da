import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from './path-of.ts';
import { METHOD_NOT_ALLOWED, NOT_FOUND } from './refusals.ts';
import { replyProblem } from './reply-problem.ts';

/** A path that exists, and the methods that it takes. */
interface KnownPath {
  readonly segments: readonly string[];
  readonly methods: ReadonlySet<string>;
}

/**
 * Answers what no route takes: OPTIONS with the methods of the path, another method of a known path with 405 and `Allow`,
 * the rest with 404. Needs no token and reads no body. Paths of the docs are not listed; they answer 404.
 */
export function answerUnknownRoutes(app: FastifyInstance, routes: readonly { readonly method: string; readonly url: string }[]): void {
  const known = knownPaths(routes);
  const answer = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const allowed = allowedMethods(known, pathOf(request.raw.url));
    if (allowed === null) return replyProblem(request, reply, NOT_FOUND);
    reply.header('allow', allowed);
    return request.method === 'OPTIONS' ? reply.code(204).send() : replyProblem(request, reply, METHOD_NOT_ALLOWED);
  };
  // Already here, so that the body of such a request is never parsed, and never what the answer is about.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) answer(request, reply);
    else done();
  });
  app.setNotFoundHandler(answer);
}

function knownPaths(routes: readonly { readonly method: string; readonly url: string }[]): readonly KnownPath[] {
  const methods = new Map<string, Set<string>>();
  for (const { method, url } of routes) {
    const of = methods.get(url) ?? new Set<string>(['OPTIONS']);
    of.add(method);
    if (method === 'GET') of.add('HEAD');
    methods.set(url, of);
  }
  return [...methods].map(([url, of]) => ({ segments: url.split('/'), methods: of }));
}

/** The methods of every known path that this one is, for an `Allow` header; null where it is none. */
function allowedMethods(known: readonly KnownPath[], path: string): string | null {
  const segments = path.split('/');
  const methods = new Set(known.filter((candidate) => isAt(candidate, segments)).flatMap((candidate) => [...candidate.methods]));
  return methods.size === 0 ? null : [...methods].toSorted().join(', ');
}

const isAt = ({ segments }: KnownPath, path: readonly string[]): boolean =>
  segments.length === path.length && segments.every((segment, index) => (segment.startsWith('{') ? path[index] !== '' : segment === path[index]));

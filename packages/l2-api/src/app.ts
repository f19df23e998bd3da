import { fastify, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { cus } from './facades/cus.ts';
import { fdr } from './facades/fdr.ts';
import { int } from './facades/int.ts';
import { bindRoutes } from './http/bound-route.ts';
import { handleClientError, refuseExpectations, refuseTunnels } from './http/client-errors.ts';
import { demandPlanes } from './http/declared-planes.ts';
import { serveDocs } from './http/docs.ts';
import { errorHandler } from './http/error-handler.ts';
import { BODY_LIMIT_BYTES, takeJsonOnly } from './http/json-body.ts';
import { answerHealth, OPEN_PATHS } from './http/open-routes.ts';
import { openApiDocument } from './http/openapi.ts';
import { servePlane } from './http/plane-routes.ts';
import { malformed } from './http/refusals.ts';
import { replyProblem } from './http/reply-problem.ts';
import { REQUEST_ID_HEADER, requestIdOf } from './http/request-id.ts';
import type { Facade } from './http/route.ts';
import type { Spine } from './http/spine.ts';
import { answerUnknownRoutes } from './http/unknown-routes.ts';

export interface AppOptions {
  /** The frozen registry: everything that a plane can do is dispatched through it. */
  readonly registry: Spine;
  /** Whether the database answers; a rejection means that it does not. */
  readonly ready: () => Promise<boolean>;
  /** Default: silence. Gets every unexpected exception, under the id that the caller got, and at `debug` a line per request. */
  readonly logger?: FastifyBaseLogger;
  /** Default: all three. */
  readonly facades?: readonly Facade[];
}

const FACADES: readonly Facade[] = [fdr, int, cus];

/**
 * The HTTP surface of HOC (HTTP-API.md), not yet listening.
 * Throws where a route names an operation that the registry has not, that is not for its plane, or declares no plane.
 */
export async function createApp({ registry, ready, logger, facades = FACADES }: AppOptions): Promise<FastifyInstance> {
  const handleError = errorHandler(logger);
  // Without a logger of its own: Fastify would make a child of it for every request, and listen to the end of each.
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestIdHeader: false,
    genReqId: requestIdOf,
    requestTimeout: 60_000,
    return503OnClosing: false,
    // Node's own answer has no body; what a request without a Host gets is answered below.
    http: { requireHostHeader: false },
    clientErrorHandler: handleClientError,
    frameworkErrors: (error, request, reply) => {
      reply.headers(headersOf(request.id));
      handleError(error, request, reply);
    },
    // Query strings are read where it is known what a route takes; Fastify's parser drops and guesses.
    routerOptions: { querystringParser: () => ({}) },
  });
  refuseExpectations(app.server);
  refuseTunnels(app.server);
  demandPlanes(app);
  takeJsonOnly(app);
  app.setErrorHandler(handleError);
  app.decorateRequest('principal', null);
  app.decorateRequest('refusal', null);
  app.decorateRequest('isPrincipalEarly', false);
  // These stand before every request; callbacks, because a promise each is what one can measure.
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(headersOf(request.id));
    const lacksHost = request.raw.httpVersion === '1.1' && request.headers.host === undefined;
    if (lacksHost) replyProblem(request, reply, malformed('A request has a Host header.'));
    else done();
  });
  if (logger !== undefined) tellOf(app, logger);

  const planes = facades.map((facade) => ({ facade, routes: bindRoutes(registry, facade) }));
  const bound = planes.flatMap(({ routes }) => routes);
  answerUnknownRoutes(app, [
    ...bound.map(({ route, url }) => ({ method: route.method, url })),
    ...OPEN_PATHS.map((url) => ({ method: 'GET', url })),
  ]);
  answerHealth(app, ready);
  serveDocs(app, openApiDocument(bound));
  for (const { facade, routes } of planes) servePlane(app, registry, facade, routes);
  await app.ready();
  return app;
}

/** Where it listens; and at `debug`, what it has answered. */
function tellOf(app: FastifyInstance, logger: FastifyBaseLogger): void {
  app.addHook('onListen', (done) => {
    logger.info({ addresses: app.addresses() }, 'listening');
    done();
  });
  if (logger.level !== 'debug' && logger.level !== 'trace') return;
  app.addHook('onResponse', (request, reply, done) => {
    logger.debug({ requestId: request.id, method: request.method, url: request.url, statusCode: reply.statusCode, ms: reply.elapsedTime }, 'answered');
    done();
  });
}

const headersOf = (requestId: string): Readonly<Record<string, string>> => ({ [REQUEST_ID_HEADER]: requestId, 'x-content-type-options': 'nosniff' });

import { fastifySwagger } from '@fastify/swagger';
import { fastifySwaggerUi } from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from './openapi.ts';

/** `/openapi.json`, and `/docs` to read it in a browser, with no request to anywhere else. */
export function serveDocs(app: FastifyInstance, document: OpenApiDocument): void {
  const json = JSON.stringify(document);
  app.get('/openapi.json', { config: { plane: 'open' } }, async (_request, reply) => reply.type('application/json').send(json));
  // The plugin types its document by another package's OpenAPI types; what it does with it is to show it.
  app.register(fastifySwagger, { mode: 'static', specification: { document: document as never } });
  app.register(fastifySwaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null } });
}

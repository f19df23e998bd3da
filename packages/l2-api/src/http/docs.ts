import { fastifySwagger } from '@fastify/swagger';
import { fastifySwaggerUi } from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import type { OpenApiDocument } from './openapi.ts';

/** The name, in the place where the plugin has its own maker's. */
const LOGO = {
  type: 'image/svg+xml', href: '/docs', target: '_self',
  content: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40"><text y="30" font-family="sans-serif" font-size="30" font-weight="bold" fill="#fff">HOC</text></svg>',
} as const;

/** `/openapi.json`, and `/docs` to read it in a browser, with no request to anywhere else. */
export function serveDocs(app: FastifyInstance, document: OpenApiDocument): void {
  const json = JSON.stringify(document);
  app.get('/openapi.json', { config: { plane: 'open' } }, async (_request, reply) => reply.type('application/json').send(json));
  // The plugin types its document by another package's OpenAPI types; what it does with it is to show it.
  app.register(fastifySwagger, { mode: 'static', specification: { document: document as never } });
  app.register(fastifySwaggerUi, { routePrefix: '/docs', uiConfig: { validatorUrl: null }, theme: { title: 'HOC: HTTP API' }, logo: LOGO });
}

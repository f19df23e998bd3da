import { z } from 'zod';
import { describe, expect, test } from 'vitest';
import { FAKE_FACADES, fakeSpine } from '../../test/fake-spine.ts';
import { bindRoutes } from './bound-route.ts';
import { Components } from './openapi-components.ts';
import { openApiDocument } from './openapi.ts';

const routes = FAKE_FACADES.flatMap((facade) => bindRoutes(fakeSpine(), facade));

describe('the document', () => {
  const document = openApiDocument(routes);

  test('has every route, with the token that it takes', () => {
    for (const { route, url, id } of routes) {
      expect(document.paths[url]?.[route.method.toLowerCase()]).toMatchObject({ operationId: id, security: [{}] });
    }
    expect(document.paths['/int/v1/keys/verify']?.post).toMatchObject({ security: [{ serviceToken: [] }] });
    expect(document.paths['/healthz']?.get).toMatchObject({ security: [] });
  });

  test('asks a body for what path and route do not set, and for nothing else', () => {
    expect(document.paths['/v1/things/{id}']?.patch).toMatchObject({
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 20 } }, { name: 'Idempotency-Key', in: 'header' }],
      requestBody: { required: true, content: { 'application/json': { schema: { required: ['name'], properties: { name: { type: 'string' } }, additionalProperties: false } } } },
    });
    expect(document.paths['/fdr/v1/tenants/{id}/things']?.post).toHaveProperty(['requestBody', 'content', 'application/json', 'schema', 'required'], ['name']);
  });

  test('names the rejections that an operation declares', () => {
    const responses = document.paths['/v1/things']?.post?.['responses'];
    expect(responses).toHaveProperty(['409', 'description'], 'INVARIANT_VIOLATION or IDEMPOTENCY_IN_FLIGHT. TAKEN: The name is taken.');
    for (const status of ['201', '400', '401', '403', '404', '413', '415', '422', '500', '503']) expect(responses).toHaveProperty(status);
  });

  test('has no reference that leads nowhere', () => {
    const schemas = (document.components as { schemas: Readonly<Record<string, unknown>> }).schemas;
    const names = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) expect(Object.keys(schemas).map((schema) => `#/components/schemas/${schema}`)).toContain(name);
  });

  test('has no schema that nothing refers to: whole inputs, which nobody sends, once stood there', () => {
    const { schemas } = document.components as { schemas: Readonly<Record<string, unknown>> };
    for (const name of Object.keys(schemas)) expect(JSON.stringify(document)).toContain(`"#/components/schemas/${name}"`);
  });

  test('says which headers an answer has', () => {
    const responses = document.paths['/v1/things']?.post?.['responses'];
    expect(responses).toHaveProperty(['401', 'headers', 'WWW-Authenticate', 'required'], true);
    expect(responses).toHaveProperty(['405', 'headers', 'Allow', 'required'], true);
    expect(responses).toHaveProperty(['503', 'headers', 'Retry-After', 'required'], true);
  });

  test('is the same every time', () => {
    expect(JSON.stringify(openApiDocument(FAKE_FACADES.flatMap((facade) => bindRoutes(fakeSpine(), facade))))).toBe(JSON.stringify(document));
  });
});

test('two routes cannot have one name', () => {
  expect(() => openApiDocument([...routes, ...routes.slice(0, 1)])).toThrow('two routes are called cusThingsList');
});

describe('components', () => {
  test('a schema that contains itself is a reference to its component', () => {
    interface Query { readonly not?: Query | undefined }
    const query: z.ZodType<Query> = z.object({ get not(): z.ZodOptional<z.ZodType<Query>> { return query.optional(); } });
    const components = new Components();
    components.addInput('Outer', z.object({ query }));
    components.addInput('Itself', query);
    const text = JSON.stringify(components.all());
    expect(text).not.toContain('$defs');
    for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) expect(components.get(reference)).toBeDefined();
    expect(text).toContain('"$ref"');
  });

  test('a time is an ISO 8601 string', () => {
    const components = new Components();
    components.addOutput('At', z.object({ at: z.date() }));
    expect(components.get('At')).toMatchObject({ properties: { at: { type: 'string', format: 'date-time' } } });
  });
});

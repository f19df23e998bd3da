import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorld, type World } from './world.ts';

describe('/openapi.json', () => {
  let world: World;
  beforeAll(async () => { world = await createWorld('pglite'); });
  afterAll(() => world.close());

  test('is an OpenAPI 3.1 document with stable, unique names', () => {
    const { document } = world.conformance;
    expect(document.openapi).toBe('3.1.0');
    const ids = world.conformance.operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.toSorted()).toMatchSnapshot();
  });

  test('has examples that its own schemas take', () => {
    const ajv = new Ajv2020({ strict: false, formats: { 'date-time': true, email: true, uri: true } });
    ajv.addSchema(world.conformance.document, 'openapi');
    let examples = 0;
    for (const { method, path, operation } of world.conformance.operations()) {
      const json = operation.requestBody?.content['application/json'];
      if (json?.example === undefined) continue;
      examples += 1;
      // References in it lead into the document.
      const schema = JSON.parse(JSON.stringify(json.schema), (key, value: unknown) => (key === '$ref' && typeof value === 'string' ? `openapi${value}` : value)) as object;
      expect([method, path, ajv.validate(schema, json.example), ajv.errorsText()]).toEqual([method, path, true, 'No errors']);
    }
    expect(examples).toBeGreaterThan(15);
  });

  test('says of every status that a rule answers with that it may be a violation', () => {
    // The rule of who may grant what answers 403, which once was said to be of plane and permission alone.
    const forbidden = (method: string): string => JSON.stringify(world.conformance.document.paths['/v1/api-keys']?.[method]?.responses['403']);
    expect(forbidden('post')).toContain('INVARIANT_VIOLATION: BI-APIKEY-003');
    expect(forbidden('get')).not.toContain('INVARIANT_VIOLATION');
  });

  test('explains what a gateway can ask of meters and what they answer, and what a batch is', async () => {
    const properties = world.conformance.document.paths['/int/v1/keys/verify']?.['post']?.requestBody?.content['application/json']?.schema.properties;
    for (const field of ['address', 'cost', 'acquire']) expect([field, properties?.[field]]).toEqual([field, expect.objectContaining({ description: expect.stringMatching(/\.$/) as string })]);
    const text = await (await fetch(`${world.server.url}/openapi.json`)).text();
    for (const said of ['draft-ietf-httpapi-ratelimit-headers', 'for a cost beyond the limit, until all of it is free', 'The lease that was acquired']) expect(text).toContain(said);
    expect(world.conformance.document.paths['/int/v1/keys/verify-batch']?.['post']).toMatchObject({ summary: expect.stringContaining('many tokens') as string });
  });

  test('names no secret that is stored, and nothing that is HOC\'s own', async () => {
    const text = await (await fetch(`${world.server.url}/openapi.json`)).text();
    for (const word of ['digest', 'pepperId', 'locators', 'meterId', 'hasCredits']) expect(text).not.toContain(`"${word}`);
  });

  test('an operation takes 405 for every other method, with those that it takes in Allow', async () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
    for (const [path, known] of Object.entries(world.conformance.document.paths)) {
      const taken = Object.keys(known).map((method) => method.toUpperCase());
      for (const method of methods.filter((candidate) => !taken.includes(candidate))) {
        const answer = await world.anonymous.send(method, path.replace('{id}', 'x'));
        expect([method, path, answer.status, answer.headers.get('allow')?.split(', ').filter((name) => methods.includes(name))]).toEqual([method, path, 405, taken.toSorted()]);
      }
    }
  });
});

import type { AnyInvariant } from '@hoc/l4-spine/kernel/invariant';
import type { AnyOperation } from '@hoc/l4-spine/kernel/operation';
import type { Plane } from '@hoc/l4-spine/kernel/principal';
import { propertiesOf, type BoundRoute } from './bound-route.ts';
import type { JsonSchema } from './json-schema.ts';
import { Components } from './openapi-components.ts';
import { BODY_PROBLEMS, COMMON_PROBLEMS, PROBLEM_SCHEMA, WRITE_PROBLEMS } from './openapi-problem.ts';
import { PROBLEM_TYPE } from './problem.ts';

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>;
  readonly [member: string]: unknown;
}

/** Some member of it. */
type Part = Readonly<Record<string, unknown>>;

export interface OpenApiOperation {
  readonly operationId: string;
  readonly [member: string]: unknown;
}

const SCHEMES: Readonly<Record<Plane, { readonly name: string; readonly description: string }>> = {
  fdr: { name: 'operatorToken', description: 'An operator token, hoc_op_….' },
  int: { name: 'serviceToken', description: 'A service token, hoc_svc_…, made by an operator.' },
  cus: { name: 'managementKey', description: 'An API key of the tenant that has hoc: permissions.' },
};

/** What an SDK carries, on the one route that is for it. */
const SERVICE_KEY = { name: 'serviceKey', description: 'A service key of the tenant: an API key without hoc: permissions.' } as const;

const DOMAINS: Readonly<Record<string, string>> = {
  account: 'Organizations, tenants, projects, operator and service tokens.',
  account_onboarding: 'How a new tenant comes to be in business, step by step.',
  api_keys: 'API keys, and their verification.',
  connector_types: 'What integrations can connect to.',
  integrations: 'Connections to providers, their credentials and their health.',
  usage: 'How often keys were verified, by hour or day.',
  governance: 'The operations, the invariants, their modes and what they found.',
  audit: 'The tenant’s hash-chained audit log.',
  health: 'Whether the server runs, and can work.',
};

/**
 * The document of all routes, from the very schemas that judge the input and write the output. Names of operations and
 * schemas are stable: they come from plane, domain and method.
 */
export function openApiDocument(routes: readonly BoundRoute[]): OpenApiDocument {
  const components = new Components();
  const paths: Record<string, Record<string, OpenApiOperation>> = {};
  const ids = new Set<string>();
  for (const bound of routes) {
    if (ids.has(bound.id)) throw new Error(`two routes are called ${bound.id}: give one of them an id`);
    ids.add(bound.id);
    (paths[bound.url] ??= {})[bound.route.method.toLowerCase()] = operationOf(bound, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'HOC', version: '1.0.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description: 'A self-hosted, multi-tenant API-key control plane whose rules cannot be bypassed.',
    },
    servers: [{ url: '/' }],
    tags: Object.entries(DOMAINS).map(([name, description]) => ({ name, description })),
    paths: { ...healthPaths(), ...paths },
    components: {
      // Inputs are split into path, query and body, so the whole of one is no schema of anything that is sent.
      schemas: { ...components.reachableFrom(paths), Problem: PROBLEM_SCHEMA },
      securitySchemes: Object.fromEntries([...Object.values(SCHEMES), SERVICE_KEY].map(({ name, description }) => [name, { type: 'http', scheme: 'bearer', description }])),
    },
  };
}

function operationOf(bound: BoundRoute, components: Components): OpenApiOperation {
  const { route, plane, id, operation } = bound;
  const name = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
  components.addInput(`${name}Input`, bound.input);
  const input = components.get(`${name}Input`) ?? {};
  const fields = propertiesOf(input);
  const takesBody = route.method !== 'GET' && route.method !== 'DELETE';
  const body = takesBody ? bodyOf(bound, input) : null;
  const rules = rulesOf(operation);
  const output = route.success === 204 ? null : components.addOutput(name, bound.output);
  return {
    operationId: id,
    tags: [operation.address[0].split('.')[0] ?? ''],
    summary: route.composition?.summary ?? operation.summary,
    description: [
      `Dispatches \`${operation.address[0]}\` \`${operation.address[1]}\`.`,
      operation.permission === null ? '' : ` Needs the permission \`${operation.permission}\`.`,
      rules.length > 0 ? ` Guarded by ${rules.map((invariant) => invariant.id).join(', ')}.` : '',
    ].join(''),
    security: [{ [(route.caller === 'service key' ? SERVICE_KEY : SCHEMES[plane]).name]: [] }],
    parameters: [...pathParameters(bound, fields), ...queryParameters(bound, fields, input), ...(bound.isWrite ? [IDEMPOTENCY_KEY] : [])],
    ...(body === null ? {} : { requestBody: body }),
    responses: {
      [route.success]: {
        description: 'Success.', headers: ANSWER_HEADERS,
        ...(output === null ? {} : { content: { 'application/json': { schema: output } } }),
      },
      ...problemsOf(bound, takesBody),
    },
  };
}

const rulesOf = (operation: AnyOperation): readonly AnyInvariant[] => (operation.kind === 'decide' ? [] : (operation.invariants ?? []));

/** What is left of the input for the body, once the path has had its share. */
function bodyOf({ route, reserved }: BoundRoute, { properties = {}, required = [], ...rest }: JsonSchema): Part {
  const taken = (field: string): boolean => !reserved.has(field);
  const fields = Object.entries(properties).filter(([field]) => taken(field));
  const tenant: Part = route.tenantField === undefined ? {} : { [route.tenantField]: { type: 'string', description: 'For this tenant; without it, for all.' } };
  const needed = required.filter(taken);
  const schema = { ...rest, type: 'object', properties: { ...Object.fromEntries(fields), ...tenant }, ...(needed.length > 0 ? { required: needed } : {}), additionalProperties: false };
  return {
    required: needed.length > 0,
    content: { 'application/json': { schema, ...(route.example === undefined ? {} : { example: route.example }) } },
  };
}

const pathParameters = ({ route, url }: BoundRoute, fields: Readonly<Record<string, JsonSchema>>): readonly Part[] =>
  (url.match(/(?<=\{)[^}]+/g) ?? []).map((name) => ({
    name, in: 'path', required: true, schema: name === route.tenant ? { type: 'string' } : (fields[route.params?.[name] ?? name] ?? { type: 'string' }),
  }));

const queryParameters = ({ route, queryNames, mustNameTenant }: BoundRoute, fields: Readonly<Record<string, JsonSchema>>, { required = [] }: JsonSchema): readonly Part[] =>
  [...queryNames].map((name) => ({
    name, in: 'query', required: name === route.tenantQuery ? mustNameTenant : required.includes(name), schema: fields[name] ?? { type: 'string' },
  }));

function problemsOf({ operation, isWrite }: BoundRoute, takesBody: boolean): Readonly<Record<string, Part>> {
  const reasons: Record<string, string> = { ...COMMON_PROBLEMS, ...(takesBody ? BODY_PROBLEMS : {}), ...(isWrite ? WRITE_PROBLEMS : {}) };
  const add = (status: number, code: string, reason: string): void => {
    if (reasons[status]?.includes(code) !== true) reasons[status] = `${reasons[status] === undefined ? '' : `${reasons[status]} `}${reason}`;
  };
  for (const { id, status } of rulesOf(operation)) add(status, 'INVARIANT_VIOLATION', `INVARIANT_VIOLATION: ${id}.`);
  for (const [code, { status, title }] of Object.entries(operation.rejections)) add(status, code, `${code}: ${title}.`);
  return Object.fromEntries(Object.entries(reasons).map(([status, description]) => [status, {
    description, headers: { ...ANSWER_HEADERS, ...HEADERS_OF[status] }, content: PROBLEM_CONTENT,
  }]));
}

const PROBLEM_CONTENT: Part = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };

const ANSWER_HEADERS: Part = { 'X-Request-Id': { description: 'The id of this request, also in the audit log.', required: true, schema: { type: 'string' } } };

const RETRY_AFTER: Part = { 'Retry-After': { description: 'In seconds.', required: true, schema: { type: 'integer', minimum: 1 } } };

/** What an answer of this status has besides. */
const HEADERS_OF: Readonly<Record<string, Part>> = {
  401: { 'WWW-Authenticate': { description: 'The scheme of the token.', required: true, schema: { const: 'Bearer' } } },
  405: { Allow: { description: 'The methods that the path takes.', required: true, schema: { type: 'string' } } },
  503: RETRY_AFTER,
};

const IDEMPOTENCY_KEY: Part = {
  name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,255}$' },
  description: 'The same key with the same request replays the first committed answer for 24 hours, without its token.',
};

const healthPaths = (): OpenApiDocument['paths'] => ({
  '/healthz': { get: health('openHealth', 'Whether the process answers.', {}) },
  '/readyz': {
    get: health('openReady', 'Whether the database answers too.', {
      503: { description: 'UNAVAILABLE', headers: { ...ANSWER_HEADERS, ...RETRY_AFTER }, content: PROBLEM_CONTENT },
    }),
  },
});

const health = (operationId: string, summary: string, others: Part): OpenApiOperation => ({
  operationId, summary, tags: ['health'], security: [],
  responses: {
    200: {
      description: 'It does.', headers: ANSWER_HEADERS,
      content: { 'application/json': { schema: { type: 'object', required: ['status'], properties: { status: { const: 'ok' } }, additionalProperties: false } } },
    },
    ...others,
  },
});

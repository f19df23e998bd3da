import type { InputError } from '@hoc/l4-spine/kernel/result';
import type { FastifyRequest } from 'fastify';
import type { BoundRoute } from './bound-route.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { pointerTo } from './json-pointer.ts';
import { parseQueryString } from './query-string.ts';
import { invalidInput, malformed, NOT_FOUND, type Refusal } from './refusals.ts';
import type { Dispatch } from './route.ts';

export type ReadInput =
  | { readonly ok: true; readonly call: Pick<Dispatch, 'input' | 'tenantId' | 'idempotencyKey'> }
  | { readonly ok: false; readonly refusal: Refusal };

/** A tenant id's form. What is not of it names nobody, and is not worth asking for. */
const TENANT_ID = /^tnt_[0-9a-z]{26}$/;

/**
 * Puts together what a request asks of its operation: path, query, body and headers. It checks only what HTTP adds (names
 * that the route does not take, keys sent twice); what the fields mean is for the operation's schema.
 */
export function readInput(bound: BoundRoute, request: FastifyRequest): ReadInput {
  const { route } = bound;
  // Fastify gives path parameters as strings by name. Its router takes an empty last segment for one.
  const parameters = request.params as Readonly<Record<string, string>>;
  if (Object.values(parameters).includes('')) return refused(NOT_FOUND);
  const query = parseQueryString(request.raw.url, bound.queryNames);
  if (!query.ok) return refused(invalidInput(query.errors));
  const key = bound.isWrite ? idempotencyKeyOf(request.headers['idempotency-key']) : NO_KEY;
  if (!key.ok) return refused(malformed(key.detail));
  const body = readBody(bound, request.body);
  if (!body.ok) return body;

  const input: Record<string, unknown> = { ...body.fields };
  for (const [parameter, field] of Object.entries(route.params ?? {})) input[field] = parameters[parameter];
  for (const [name, value] of query.values) {
    if (name !== route.tenantQuery) input[name] = bound.numericQuery.has(name) ? numberOr(value) : value;
  }

  const named = route.tenant === undefined ? tenantNamed(bound, query.values, input) : parameters[route.tenant];
  if (isTenantId(named) || (named === undefined && !bound.mustNameTenant)) return { ok: true, call: { input, tenantId: named, idempotencyKey: key.key } };
  const field = route.tenantQuery ?? route.tenantField;
  return refused(field === undefined ? NOT_FOUND : invalidInput([{ path: pointerTo(field), message: 'must be the id of a tenant' }]));
}

const isTenantId = (named: unknown): named is string => typeof named === 'string' && TENANT_ID.test(named);

const NO_KEY = { ok: true, key: undefined } as const;

const refused = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal });

function tenantNamed({ route }: BoundRoute, query: ReadonlyMap<string, string>, input: Record<string, unknown>): unknown {
  if (route.tenantQuery !== undefined) return query.get(route.tenantQuery);
  if (route.tenantField === undefined) return undefined;
  const named = input[route.tenantField];
  delete input[route.tenantField];
  return named;
}

type Body = { readonly ok: true; readonly fields: Readonly<Record<string, unknown>> } | { readonly ok: false; readonly refusal: Refusal };

function readBody({ reserved }: BoundRoute, body: unknown): Body {
  if (body === undefined) return { ok: true, fields: {} };
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return refused(invalidInput([{ path: '', message: 'the body must be an object' }]));
  }
  const errors: InputError[] = Object.keys(body)
    .filter((name) => reserved.has(name))
    .map((name) => ({ path: pointerTo(name), message: 'unknown key' }));
  // A JSON object's values by name; the operation's schema says what they are.
  return errors.length === 0 ? { ok: true, fields: body as Readonly<Record<string, unknown>> } : refused(invalidInput(errors));
}

/** A query's number; what is none stays text, for the operation's schema to refuse. */
const numberOr = (text: string): number | string => (/^-?\d{1,15}$/.test(text) ? Number(text) : text);

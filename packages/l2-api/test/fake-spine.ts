import type { Call } from '@hoc/l4-spine/kernel/call';
import { decideOperation, readOperation, writeOperation, type AnyOperation } from '@hoc/l4-spine/kernel/operation';
import type { Plane } from '@hoc/l4-spine/kernel/principal';
import { parseInput } from '@hoc/l4-spine/kernel/parse';
import { ok, type Denial, type Result } from '@hoc/l4-spine/kernel/result';
import { z } from 'zod';
import type { Facade } from '../src/http/route.ts';
import type { Spine } from '../src/http/spine.ts';

/** What a fake operation answers: a value, or a denial without its request id, or whatever it throws. */
export type Answer = (call: Call) => { readonly value: unknown; readonly replayed?: boolean } | { readonly denial: Omit<Denial, 'requestId'> };

/** The tokens that a fake spine knows, by plane. */
export const TOKENS: Readonly<Record<Plane, string>> = { fdr: 'operator', int: 'service', cus: 'manager' };

const shape = z.object({ id: z.string(), at: z.iso.datetime().nullable(), token: z.string().nullable().optional() });

const read = readOperation<never>();
const write = writeOperation<never>();

const things = {
  list: read({
    address: ['things.query', 'list'], anchor: null, planes: ['cus'], permission: 'hoc:things.read', tenancy: 'tenant', summary: 'Lists things.',
    input: z.strictObject({ limit: z.int().min(1).max(200).default(50), cursor: z.string().optional() }),
    output: z.object({ items: z.array(shape), nextCursor: z.string().nullable() }), rejections: {},
    run: async () => ok({ items: [], nextCursor: null }),
  }),
  get: read({
    address: ['things.query', 'get'], anchor: null, planes: ['cus', 'fdr'], permission: null, tenancy: 'tenant', summary: 'Reads a thing.',
    input: z.strictObject({ thingId: z.string().max(20) }), output: shape, rejections: {}, run: async () => ok({ id: '', at: null }),
  }),
  create: write({
    address: ['things.write', 'create'], anchor: 'thing.create', planes: ['cus', 'fdr'], permission: null, tenancy: 'tenant', summary: 'Makes a thing.',
    input: z.strictObject({ name: z.string().min(1), colour: z.string().optional(), metadata: z.unknown().optional() }), output: shape,
    rejections: { TAKEN: { status: 409, title: 'The name is taken' } }, invariants: [], exemption: { reason: 'a fake' }, whenDegraded: 'refused',
    subject: () => null, run: async () => ok({ id: '', at: null }),
  }),
  rename: write({
    address: ['things.write', 'rename'], anchor: 'thing.rename', planes: ['cus'], permission: null, tenancy: 'tenant', summary: 'Renames a thing.',
    input: z.strictObject({ thingId: z.string().max(20), name: z.string().min(1) }), output: shape, rejections: {}, invariants: [],
    exemption: { reason: 'a fake' }, whenDegraded: 'refused', subject: () => null, run: async () => ok({ id: '', at: null }),
  }),
  remove: write({
    address: ['things.write', 'remove'], anchor: 'thing.remove', planes: ['cus'], permission: null, tenancy: 'tenant', summary: 'Removes a thing.',
    input: z.strictObject({ thingId: z.string().max(20) }), output: z.null(), rejections: {}, invariants: [],
    exemption: { reason: 'a fake' }, whenDegraded: 'refused', subject: () => null, run: async () => ok(null),
  }),
  verify: decideOperation<never>()({
    address: ['api_keys.query', 'verify'], planes: ['int'], permission: null, summary: 'Verifies.', input: z.strictObject({ token: z.string() }),
    output: z.object({ valid: z.boolean(), code: z.string() }), rejections: {}, run: async () => ok({ valid: true, code: 'VALID' }),
  }),
};

/** Three planes with a few routes each, for tests of what HTTP does whatever the operations are. */
export const FAKE_FACADES: readonly Facade[] = [
  {
    plane: 'cus', prefix: '/v1',
    routes: [
      { method: 'GET', path: '/things', operation: ['things.query', 'list'], query: ['limit', 'cursor'], success: 200 },
      { method: 'POST', path: '/things', operation: ['things.write', 'create'], success: 201 },
      { method: 'GET', path: '/things/{id}', operation: ['things.query', 'get'], params: { id: 'thingId' }, success: 200 },
      { method: 'PATCH', path: '/things/{id}', operation: ['things.write', 'rename'], params: { id: 'thingId' }, success: 200 },
      { method: 'DELETE', path: '/things/{id}', operation: ['things.write', 'remove'], params: { id: 'thingId' }, success: 204 },
    ],
  },
  {
    plane: 'fdr', prefix: '/fdr/v1',
    routes: [
      {
        method: 'POST', path: '/tenants/{id}/things', operation: ['things.write', 'create'], tenant: 'id', success: 201,
      },
    ],
  },
  { plane: 'int', prefix: '/int/v1', routes: [{ method: 'POST', path: '/keys/verify', operation: ['api_keys.query', 'verify'], success: 200 }] },
];

export interface FakeSpine extends Spine {
  /** Every dispatch, authentication included, in order. */
  readonly calls: { readonly address: string; readonly call: Call }[];
}

/** A spine with made-up operations: parses their input as the kernel does, answers as it is told to. */
export function fakeSpine(answers: Readonly<Record<string, Answer>> = {}, operations: readonly AnyOperation[] = Object.values<AnyOperation>(things)): FakeSpine {
  const calls: { readonly address: string; readonly call: Call }[] = [];
  const operation = (address: string, method: string): AnyOperation | undefined =>
    operations.find((candidate) => candidate.address[0] === address && candidate.address[1] === method);
  return {
    calls,
    operation,
    moment: () => null,
    async execute(address, call): Promise<Result<unknown>> {
      calls.push({ address, call });
      const requestId = call.requestId ?? 'none';
      const answer = answers[`${address} ${call.method}`];
      if (answer === undefined && address === 'auth.query') return authenticated(call, requestId);
      const parsed = parseInput(operation(address, call.method)?.input ?? z.unknown(), call.input);
      if (!parsed.ok) return { ok: false, denial: { code: 'INVALID_INPUT', status: 400, detail: 'The input is not what this operation takes.', requestId, errors: parsed.errors } };
      const given = answer?.(call) ?? { value: { id: 'thing_1', at: null } };
      return 'denial' in given
        ? { ok: false, denial: { ...given.denial, requestId } }
        : { ok: true, value: given.value, replayed: given.replayed ?? false, requestId };
    },
  };
}

function authenticated({ input }: Call, requestId: string): Result<unknown> {
  const { token } = z.looseObject({ token: z.string() }).parse(input);
  const plane = (['fdr', 'int', 'cus'] as const).find((candidate) => TOKENS[candidate] === token);
  if (plane === undefined) return { ok: false, denial: { code: 'UNAUTHENTICATED', status: 401, detail: 'no', requestId } };
  const principal = { plane, id: `tok_${plane}`, name: plane, tenantId: plane === 'cus' ? 'tnt_1' : null, permissions: [] };
  return { ok: true, value: principal, replayed: false, requestId };
}

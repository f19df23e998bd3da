import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addBook, admin, denialIn, house, operator, person, USUAL, valueIn, type LibraryReader, type LibraryWriter } from '../../test/fixtures/toy-library.ts';
import { authorize, tenantOf } from './authority.ts';
import { decideOperation, readOperation, writeOperation } from './operation.ts';
import { PLANES } from './principal.ts';
import { PLATFORM } from './request.ts';
import { ok } from './result.ts';

const add = { method: 'add', input: { title: 'x' }, requestId: 'req_1' };
const usual = { ...USUAL, input: z.strictObject({}), output: z.string() };
const whereAmI = readOperation<LibraryReader>()({ ...usual, address: ['library.query', 'where'], anchor: null, run: async ({ request }) => ok(request.tenantId) });

describe('authorize', () => {
  test.each(PLANES)('a principal of the plane %s may use operations of its plane only', (plane) => {
    for (const other of PLANES) {
      const authority = authorize({ ...addBook, planes: [other] }, person(plane, 'tnt_a'));
      expect(authority.allowed).toBe(plane === other);
      if (!authority.allowed) expect(authority.refusal).toEqual({ code: 'PLANE_FORBIDDEN', status: 403, detail: `A token of the ${plane} plane may not do this.` });
    }
  });

  test('a principal without the permission may not, and wildcards mean nothing here', () => {
    for (const permissions of [[], ['books.read'], ['*'], ['books.*'], ['BOOKS.WRITE']]) {
      expect(authorize(addBook, person('cus', 'tnt_a', permissions))).toEqual({
        allowed: false, refusal: { code: 'PERMISSION_DENIED', status: 403, detail: 'The token lacks the permission books.write.' },
      });
    }
  });

  test('the plane is looked at before the permission', () => {
    expect(authorize(addBook, person('int', null, []))).toMatchObject({ refusal: { code: 'PLANE_FORBIDDEN' } });
  });

  test('an operation without a permission takes any principal of its planes', () => {
    expect(authorize({ ...addBook, permission: null }, person('cus', 'tnt_a', [])).allowed).toBe(true);
  });

  test('nobody is UNAUTHENTICATED', () => {
    expect(authorize(addBook, null)).toEqual({ allowed: false, refusal: { code: 'UNAUTHENTICATED', status: 401, detail: 'The request carries no valid token.' } });
  });
});

describe('the tenant of a call', () => {
  test('of the cus plane is the principal\'s own, whatever the tenancy; naming another is null', () => {
    for (const tenancy of ['tenant', 'platform', 'either'] as const) {
      expect(tenantOf(tenancy, admin, undefined)).toBe('tnt_a');
      expect(tenantOf(tenancy, admin, 'tnt_a')).toBe('tnt_a');
      for (const other of ['tnt_b', PLATFORM, '', 'tnt_a ', 'TNT_A']) expect(tenantOf(tenancy, admin, other)).toBeNull();
    }
  });

  test.each(['fdr', 'int'] as const)('of the %s plane is the one that it names, else the platform', (plane) => {
    expect(tenantOf('tenant', person(plane), 'tnt_b')).toBe('tnt_b');
    expect(tenantOf('either', person(plane), 'tnt_b')).toBe('tnt_b');
    expect(tenantOf('platform', person(plane), 'tnt_b')).toBe(PLATFORM);
    for (const tenancy of ['tenant', 'either', 'platform'] as const) expect(tenantOf(tenancy, person(plane), undefined)).toBe(PLATFORM);
  });

  test.each(['', ' ', 'tnt\u0000', '\ud800', 'tnt_ä', 'x'.repeat(201), 'a b', 'line\n'])('is null where the name cannot be one: %j', (named) => {
    expect(tenantOf('tenant', operator, named)).toBeNull();
  });

  test('of the cus plane without a tenant is a bug, and told as one', () => {
    expect(() => tenantOf('tenant', person('cus', null), undefined)).toThrow(new TypeError('a principal of the cus plane has no tenant'));
  });
});

describe('a write', () => {
  test('by nobody is refused, and nothing is begun or recorded: there is nobody to name', async () => {
    const { registry, storage } = house();
    expect(denialIn(await registry.execute('library.write', { ...add, principal: null }))).toMatchObject({ code: 'UNAUTHENTICATED', status: 401 });
    expect(storage.journal).toEqual([]);
  });

  test.each([
    ['of the wrong plane', person('int'), 'PLANE_FORBIDDEN'],
    ['without the permission', person('fdr', null, ['books.read']), 'PERMISSION_DENIED'],
  ])('by a principal %s is denied before its input is looked at, and recorded on the chain of the tenant it named', async (_name, principal, code) => {
    const { registry, storage } = house();
    const denial = denialIn(await registry.execute('library.write', { method: 'add', principal, tenantId: 'tnt_b', input: 'not an object' }));
    expect(denial).toMatchObject({ code, status: 403 });
    expect(storage.journal).toEqual(['begin tnt_b', 'auditHead', 'appendAudit DENIED', 'commit']);
    expect(storage.entries.get('tnt_b')?.at(-1)).toMatchObject({ outcome: 'DENIED', actor: { id: principal.id }, subject: null, invariants: [] });
  });

  test('that names another tenant is NOT_FOUND, recorded on the caller\'s own chain, and says nothing of the other', async () => {
    const { registry, storage, libraries } = house();
    for (const tenantId of ['tnt_b', 'tnt_nobody', PLATFORM]) {
      const denial = denialIn(await registry.execute('library.write', { ...add, principal: admin, tenantId }));
      expect(denial).toEqual({ code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.', requestId: 'req_1' });
    }
    expect(storage.entries.get('tnt_b')).toHaveLength(1);
    expect(storage.entries.get('tnt_a')?.slice(1).map(({ outcome }) => outcome)).toEqual(['DENIED', 'DENIED', 'DENIED']);
    expect([...libraries.values()].flatMap(({ books }) => books)).toEqual([]);
  });

  test('that names its own tenant, or none, works on it', async () => {
    const { registry, libraries } = house();
    valueIn(await registry.execute('library.write', { ...add, principal: admin, tenantId: 'tnt_a' }));
    valueIn(await registry.execute('library.write', { ...add, principal: admin }));
    expect(libraries.get('tnt_a')?.books).toHaveLength(2);
  });

  test('by an operator on a tenant that nobody has is refused by the invariants, and recorded on the platform\'s chain', async () => {
    const { registry, storage } = house();
    for (const tenantId of ['tnt_nobody', undefined]) {
      expect(denialIn(await registry.execute('library.write', { ...add, principal: operator, tenantId }))).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(storage.entries.get('tnt_nobody')).toBeUndefined();
    expect(storage.entries.get(PLATFORM)?.map(({ outcome }) => outcome)).toEqual(['DENIED', 'DENIED']);
    expect(new Set(storage.violations.map(({ tenantId }) => tenantId))).toEqual(new Set([PLATFORM]));
  });

  test('by an operator on text that can be no tenant is NOT_FOUND; storage is not asked about it', async () => {
    const { registry, storage } = house();
    expect(denialIn(await registry.execute('library.write', { ...add, principal: operator, tenantId: 'tnt\u0000' }))).toMatchObject({ code: 'NOT_FOUND' });
    expect(storage.journal).toEqual(['begin platform', 'auditHead', 'appendAudit DENIED', 'commit']);
  });

  test('by a cus principal without a tenant is INTERNAL: execute does not reject', async () => {
    const { registry, storage, failures } = house();
    expect(denialIn(await registry.execute('library.write', { ...add, principal: person('cus', null) }))).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(failures).toEqual([expect.any(TypeError)]);
    expect(storage.entries.get(PLATFORM)?.map(({ outcome }) => outcome)).toEqual(['FAILED']);
  });
});

describe('while the installation is degraded', () => {
  const protect = writeOperation<LibraryWriter>()({
    ...USUAL, address: ['library.write', 'protect'], anchor: 'library.protect', whenDegraded: 'allowed', input: z.strictObject({}), output: z.null(),
    invariants: [], exemption: { reason: 'a toy' }, subject: () => null, run: async () => ok(null),
  });

  test('a write that the degraded state refuses is denied before its invariants and its handler, and recorded', async () => {
    const { registry, storage, libraries } = house({ operations: [addBook, protect] });
    storage.degraded = { reason: 'the disk is nearly full' };
    libraries.set('tnt_a', { status: 'CLOSED', room: 0, books: [] });
    const denial = denialIn(await registry.execute('library.write', { ...add, principal: admin }));
    expect(denial).toMatchObject({ code: 'DEGRADED', status: 503, retryAfterSeconds: 30, detail: expect.stringContaining('the disk is nearly full') as string });
    expect(storage.entries.get('tnt_a')?.at(-1)).toMatchObject({ outcome: 'DENIED', invariants: [] });
    expect(storage.violations).toEqual([]);
  });

  test('a protective write goes on, and so do reads', async () => {
    const { registry, storage } = house({ operations: [addBook, protect, whereAmI] });
    storage.degraded = { reason: 'the disk is nearly full' };
    valueIn(await registry.execute('library.write', { method: 'protect', principal: admin, input: {} }));
    valueIn(await registry.execute('library.query', { method: 'where', principal: admin, input: {} }));
  });

  test('an error while the state is read denies', async () => {
    const { registry, storage, libraries } = house();
    storage.fail('governance', new Error('no governance'));
    expect(denialIn(await registry.execute('library.write', { ...add, principal: admin }))).toMatchObject({ code: 'INTERNAL', status: 500 });
    expect(libraries.get('tnt_a')?.books).toEqual([]);
    expect(storage.entries.get('tnt_a')?.at(-1)?.outcome).toBe('FAILED');
  });
});

describe('a read', () => {
  const where = { method: 'where', input: {}, requestId: 'req_1' };

  test('is for its planes and permission, and needs a principal', async () => {
    const { registry } = house({ operations: [addBook, whereAmI] });
    expect(denialIn(await registry.execute('library.query', { ...where, principal: null })).code).toBe('UNAUTHENTICATED');
    expect(denialIn(await registry.execute('library.query', { ...where, principal: person('int') })).code).toBe('PLANE_FORBIDDEN');
    expect(denialIn(await registry.execute('library.query', { ...where, principal: person('cus', 'tnt_a', []) })).code).toBe('PERMISSION_DENIED');
  });

  test('of a tenant\'s principal is of its own tenant: another is NOT_FOUND', async () => {
    const { registry } = house({ operations: [addBook, whereAmI] });
    expect(valueIn(await registry.execute('library.query', { ...where, principal: admin }))).toBe('tnt_a');
    expect(denialIn(await registry.execute('library.query', { ...where, principal: admin, tenantId: 'tnt_b' }))).toEqual({
      code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.', requestId: 'req_1',
    });
    expect(valueIn(await registry.execute('library.query', { ...where, principal: operator, tenantId: 'tnt_b' }))).toBe('tnt_b');
  });

  test('by a cus principal without a tenant is INTERNAL: execute does not reject', async () => {
    const { registry } = house({ operations: [addBook, whereAmI] });
    expect(denialIn(await registry.execute('library.query', { ...where, principal: person('cus', null) })).code).toBe('INTERNAL');
  });
});

describe('a decision', () => {
  const decide = (planes: readonly ('cus' | 'int')[]) =>
    decideOperation<LibraryReader>()({
      ...usual, planes, address: ['library.query', 'decide'], run: async ({ request }) => ok(`${request.principal?.id ?? 'nobody'} in ${request.tenantId}`),
    });
  const call = { method: 'decide', input: {} };

  test('without planes is open to nobody in particular', async () => {
    const { registry } = house({ operations: [addBook, decide([])] });
    expect(valueIn(await registry.execute('library.query', { ...call, principal: null }))).toBe('nobody in platform');
    expect(valueIn(await registry.execute('library.query', { ...call, principal: person('fdr', null, []) }))).toBe('fdr_1 in platform');
  });

  test('with planes needs a principal of them, with the permission', async () => {
    const { registry } = house({ operations: [addBook, decide(['int'])] });
    expect(denialIn(await registry.execute('library.query', { ...call, principal: null })).code).toBe('UNAUTHENTICATED');
    expect(denialIn(await registry.execute('library.query', { ...call, principal: admin })).code).toBe('PLANE_FORBIDDEN');
    expect(denialIn(await registry.execute('library.query', { ...call, principal: person('int', null, []) })).code).toBe('PERMISSION_DENIED');
    expect(valueIn(await registry.execute('library.query', { ...call, principal: person('int') }))).toBe('int_1 in platform');
  });

  test('works on the principal\'s tenant, whatever the call names', async () => {
    const { registry } = house({ operations: [addBook, decide(['cus'])] });
    expect(valueIn(await registry.execute('library.query', { ...call, principal: admin, tenantId: 'tnt_b' }))).toBe('cus_1 in tnt_a');
  });
});

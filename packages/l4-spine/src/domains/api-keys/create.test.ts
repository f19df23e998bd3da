import { keyringLine, parseKeyring } from '@hoc/l5-engines/keyring';
import type { WriteScope } from '@hoc/l5-engines/scope';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CUS_PERMISSIONS, FDR_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import { hostileText } from '../../../test/fixtures/hostile-text.ts';
import { requestOf, tenantRow } from '../../../test/fixtures/rows.ts';
import { create, createInput } from './create.ts';
import { parseInput } from '../../kernel/parse.ts';
import { managementKeyInput } from './management-key-input.ts';
import { update } from './update.ts';
import { rotate } from './rotate.ts';
import { verifyInput } from './verify.ts';

const plain = { name: 'CI', environment: 'live', permissions: ['docs:read'] };
const LIMIT = { name: 'calls', limit: 10, windowMs: 1000 };
const takes = (but: object): boolean => createInput.safeParse({ ...plain, ...but }).success;

describe('what a new key may be asked to be', () => {
  test('name, environment and permissions are enough', () => {
    expect(createInput.parse(plain)).toEqual(plain);
  });

  test.each(['tenantStatus', 'tenantId', 'kind', 'status', 'version', 'digest', 'meterId', 'hasCredits', 'creditRefill', 'lastUsedAt', 'verifications', 'step', 'keyId', '_invariant_mode', '__proto__'])(
    '%s is an unknown key: no fact, and nothing that is not enforced, comes in',
    (field) => {
      expect(createInput.safeParse(JSON.parse(JSON.stringify(plain).replace('{', `{${JSON.stringify(field)}:1,`))).success).toBe(false);
    },
  );

  test.each([
    ['an unknown hoc: permission', { permissions: ['hoc:nope'] }], ['hoc:*', { permissions: ['hoc:*'] }], ['an operator’s permission', { permissions: [FDR_PERMISSIONS[0]] }],
    ['everything', { permissions: ['*'] }], ['any resource', { permissions: ['*:read'] }], ['no grammar', { permissions: ['read'] }], ['a NUL', { permissions: ['a:\0'] }],
    ['the same permission twice', { permissions: ['a:b', 'a:b'] }], ['101 permissions', { permissions: Array.from({ length: 101 }, (_, at) => `a:b${at}`) }],
    ['a grantable service key', { grantable: ['docs:read'] }], ['resources on a management key', { permissions: ['hoc:keys.read'], allowedResources: ['a'] }],
    ['a hoc: pattern', { permissions: ['hoc:keys.create'], grantable: ['hoc:keys.read'] }], ['an address that is none', { allowedAddresses: ['10.0.0'] }],
    ['an expiry without a zone', { expiresAt: '2030-01-01T00:00:00' }], ['metadata that is a list', { metadata: [] }], ['another environment', { environment: 'prod' }],
    ['rate limits on a management key', { permissions: ['hoc:keys.read'], rateLimits: [LIMIT] }], ['credits on a management key', { permissions: ['hoc:keys.read'], credits: { remaining: 1 } }],
    ['leases of a management key', { permissions: ['hoc:keys.read'], maxConcurrent: 1 }], ['two limits of one name', { rateLimits: [LIMIT, LIMIT] }],
    ['debts', { credits: { remaining: -1 } }], ['more credits than can be counted', { credits: { remaining: 1e15 + 1 } }], ['half a credit', { credits: { remaining: 0.5 } }],
    ['credits of no number', { credits: { refill: null } }], ['a refill of nothing', { credits: { remaining: 1, refill: { amount: 0, interval: 'DAILY' } } }],
    ['a refill at another time', { credits: { remaining: 1, refill: { amount: 1, interval: 'HOURLY' } } }], ['a maximum of no leases', { maxConcurrent: 0 }], ['a maximum of a million and one', { maxConcurrent: 1_000_001 }],
    ['a blank name', { name: ' ' }], ['a NUL in ownerRef', { ownerRef: 'a\0' }], ['a resource that is empty', { allowedResources: [''] }], ['a numeric name', { name: 1 }],
  ])('%s is refused', (_, but) => {
    expect(takes(but)).toBe(false);
  });

  test.each([
    ['no permission', { permissions: [] }], ['a wildcard action', { permissions: ['docs:*'] }], ['a limited management key', { permissions: ['hoc:keys.create'], grantable: ['docs:*'] }],
    ['a service key that says it grants nothing', { grantable: null }], ['no project', { projectId: null }], ['a v6 range', { allowedAddresses: ['2001:db8::/32'] }],
    ['rate limits', { rateLimits: [LIMIT, { ...LIMIT, name: 'a-day', windowMs: 86_400_000, algorithm: 'FIXED', mode: 'LOCAL' }] }], ['credits', { credits: { remaining: 0 } }],
    ['refilled credits', { credits: { remaining: 1e15, refill: { amount: 1e15, interval: 'MONTHLY' } } }], ['no meter at all', { rateLimits: [], credits: null, maxConcurrent: null }],
    ['a management key that says it has no meter', { permissions: ['hoc:keys.read'], rateLimits: [], credits: null, maxConcurrent: null }], ['leases', { maxConcurrent: 1_000_000 }],
    ['no expiry', { expiresAt: null }], ['an empty list of resources on a management key', { permissions: ['hoc:keys.read'], allowedResources: [] }],
  ])('%s is taken', (_, but) => {
    expect(takes(but)).toBe(true);
  });

  test('no value of any field is a fault', () => {
    const field = fc.constantFrom('name', 'permissions', 'grantable', 'allowedResources', 'allowedAddresses', 'expiresAt', 'metadata', 'ownerRef', 'projectId', 'environment');
    fc.assert(
      fc.property(field, fc.anything({ withNullPrototype: true, withDate: true, withBigInt: true, withMap: true }), (name, value) => {
        expect(() => parseInput(createInput, { ...plain, [name]: value })).not.toThrow();
      }),
    );
  });
});

describe('the management key that an operator asks for', () => {
  test('without permissions it gets every one of the cus plane, and passes for the input of create', () => {
    expect(createInput.parse(managementKeyInput.parse({ name: 'second' }))).toEqual({ name: 'second', environment: 'live', permissions: [...CUS_PERMISSIONS] });
  });

  test('with permissions it gets those', () => {
    expect(managementKeyInput.parse({ name: 'second', permissions: ['hoc:keys.read'] }).permissions).toEqual(['hoc:keys.read']);
    expect(managementKeyInput.parse({ name: 'second', permissions: ['docs:read', 'hoc:keys.read'] }).permissions).toEqual(['docs:read', 'hoc:keys.read']);
  });

  test.each([[['docs:read']], [[]]])('with %j, none of which manages HOC, it is refused: it once was a service key', (asked) => {
    expect(managementKeyInput.safeParse({ name: 'second', permissions: asked }).error?.issues).toMatchObject([{ path: ['permissions'] }]);
  });
});

describe('what the other operations on keys take', () => {
  test.each([[-1], [2_592_001], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], ['60'], [true], [undefined]])('an overlap of %j seconds is refused', (overlapSeconds) => {
    expect(rotate.input.safeParse({ keyId: 'key_1', overlapSeconds }).success).toBe(false);
  });
  test.each([[0], [2_592_000]])('an overlap of %i seconds is taken', (overlapSeconds) => {
    expect(rotate.input.parse({ keyId: 'key_1', overlapSeconds })).toEqual({ keyId: 'key_1', overlapSeconds, step: 'rotate' });
  });
  test('an update names the version that it was read at', () => {
    expect(update.input.safeParse({ keyId: 'key_1', name: 'x' }).success).toBe(false);
    expect(update.input.safeParse({ keyId: 'key_1', version: 1 }).success).toBe(true);
    expect(update.input.safeParse({ keyId: 'key_1', version: 1, environment: 'test' }).success).toBe(false);
  });
  test('whatever is presented as a token gets a verdict: it is no bad input', () => {
    fc.assert(
      fc.property(hostileText, (token) => {
        expect(verifyInput.safeParse({ token }).success).toBe(true);
      }),
    );
  });
  test('a permission query deeper than 8 is refused, and the depth of a body cannot overflow the stack', () => {
    let query: unknown = 'docs:read';
    for (let depth = 1; depth < 8; depth += 1) query = { not: query };
    expect(verifyInput.safeParse({ token: 't', permissions: query }).success).toBe(true);
    for (let depth = 0; depth < 100_000; depth += 1) query = { and: [query] };
    expect(verifyInput.safeParse({ token: 't', permissions: query }).success).toBe(false);
  });
  test.each([[{ cost: 0 }], [{ cost: 1.5 }], [{ address: 'localhost' }], [{ address: '10.0.0.0/8' }], [{ resource: 'a\0' }], [{ permissions: null }], [{ now: 0 }]])(
    'a question with %j is refused',
    (but) => {
      expect(verifyInput.safeParse({ token: 't', ...but }).success).toBe(false);
    },
  );
});

describe('what the create of a key waits for', () => {
  const PATIENCE_MS = 20;
  type Call = Parameters<typeof create.run>[0];
  const ring = parseKeyring('pepper', keyringLine('p1', new Uint8Array(32)).reveal());
  if (!ring.ok) throw new Error(ring.problem);
  const vault = { peppers: ring.ring, randomBytes: (length: number) => new Uint8Array(length) };

  /** Runs the handler on drivers that answer as told, and else never; what was sent, and whether the handler has answered meanwhile. */
  async function sentBy(answers: Readonly<Record<string, unknown>>, input: object = {}, standing: { readonly state: string | null } | null = { state: 'CREATED' }, status: 'ACTIVE' | 'CREATING' = 'ACTIVE') {
    const sent: string[] = [];
    const driver = (name: string): unknown =>
      new Proxy({}, {
        get: (_, method) => async () => {
          const statement = `${name}.${String(method)}`;
          sent.push(statement);
          return statement in answers ? answers[statement] : new Promise(() => {});
        },
      });
    const drivers = Object.fromEntries(['keys', 'counters', 'credits', 'onboarding', 'onboardingEvidence'].map((name) => [name, driver(name)]));
    const scope = { ...drivers, vault } as unknown as WriteScope; // the drivers that a create asks, and what tokens are made of
    const facts = { tenant: tenantRow({ status }), grantor: 'OPERATOR', project: { projectId: null, project: null }, key: null, liveKeyCount: { kind: 'SERVICE', value: 0 } } as const;
    const call = { request: requestOf(createInput.parse({ ...plain, ...input })), facts, scope, ahead: Promise.resolve(standing) };
    const outcome = await Promise.race([create.run(call as Call), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS, 'STILL_WAITING'))]);
    return { sent, outcome };
  }

  test('is none of its own statements: all are sent, and left to the commit', async () => {
    const { sent, outcome } = await sentBy({}, { credits: { remaining: 1 } });
    expect(sent).toEqual(['keys.insert', 'counters.add', 'credits.set']);
    expect(outcome).toMatchObject({ ok: true, events: [], underway: [expect.any(Promise), expect.any(Promise), expect.any(Promise)] });
    expect((await sentBy({}, { permissions: ['hoc:keys.read'] }, { state: 'IDENTITY_VERIFIED' })).sent).toEqual(['keys.insert', 'counters.add']);
  });

  test('is the step of the onboarding where the key is the next one, for it is told of', async () => {
    expect(await sentBy({}, {}, { state: 'IDENTITY_VERIFIED' })).toEqual({ sent: ['onboarding.advance'], outcome: 'STILL_WAITING' });
    const moved = { 'onboarding.advance': { tenantId: 'tnt_1', state: 'API_KEY_CREATED', updatedAt: new Date(0), completedAt: null, completedBy: null, forcedReason: null }, 'onboardingEvidence.add': undefined };
    const { sent, outcome } = await sentBy(moved, {}, { state: 'IDENTITY_VERIFIED' });
    expect(sent).toEqual(['onboarding.advance', 'onboardingEvidence.add', 'keys.insert', 'counters.add']);
    expect(outcome).toMatchObject({ ok: true, events: [{ type: 'onboarding.advanced' }] });
  });

  test('is every statement where its counter is not known to be there', async () => {
    const written = { 'keys.insert': undefined, 'counters.open': undefined, 'counters.add': 1 };
    expect(await sentBy({}, {}, null)).toEqual({ sent: ['keys.insert', 'counters.add'], outcome: 'STILL_WAITING' });
    expect((await sentBy(written, {}, null)).outcome).toMatchObject({ ok: true });
    expect((await sentBy(written, {}, null)).sent).toEqual(['keys.insert', 'counters.add']);
    expect((await sentBy(written, {}, null, 'CREATING')).sent).toEqual(['counters.open', 'keys.insert', 'counters.add']);
    expect((await sentBy(written, {}, { state: null }, 'CREATING')).sent).toEqual(['keys.insert', 'counters.add']);
  });
});

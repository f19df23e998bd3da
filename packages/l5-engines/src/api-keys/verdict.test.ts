import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { after, NOW, storedKey } from '../../test/key.ts';
import type { KeyTruth } from './key.ts';
import { parsePermissionQuery, type PermissionQuery } from './permission-query.ts';
import { unreadableField, verdict, VERDICTS, type StoredVerdict, type VerdictQuestion } from './verdict.ts';

const query = (value: unknown): PermissionQuery => {
  const parsed = parsePermissionQuery(value);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.query;
};

interface Case {
  readonly key?: Partial<KeyTruth['key']>;
  readonly truth?: Partial<Omit<KeyTruth, 'key'>>;
  readonly question?: VerdictQuestion;
}
const truthOf = ({ key, truth }: Case): KeyTruth => ({ key: { ...storedKey(), ...key }, tenantStatus: 'ACTIVE', projectStatus: 'ACTIVE', meters: null, ...truth });
const judge = (what: Case): StoredVerdict => verdict(truthOf(what), what.question ?? {}, NOW);
/** A value that the types exclude and a database may hold all the same. */
const corrupt = (value: unknown): never => value as never;

test('the verdicts and their precedence are those of ARCHITECTURE.md', () => {
  expect(VERDICTS.join(' · ')).toBe(
    'MALFORMED · NOT_FOUND · REVOKED · EXPIRED · FROZEN · TENANT_NOT_ACTIVE · PROJECT_NOT_ACTIVE · FORBIDDEN_ADDRESS · ' +
      'FORBIDDEN_RESOURCE · INSUFFICIENT_PERMISSIONS · RATE_LIMITED · CREDITS_EXHAUSTED · CONCURRENCY_EXCEEDED · VALID',
  );
});

/** One case per field that changes the verdict: the value that passes, and those that do not. */
describe('each field decides', () => {
  test.each<[StoredVerdict, string, Case]>([
    ['VALID', 'nothing out of order', {}],
    ['REVOKED', 'status REVOKED', { key: { status: 'REVOKED' } }],
    ['REVOKED', 'a status that nobody knows', { key: { status: corrupt('active') } }],
    ['FROZEN', 'status FROZEN', { key: { status: 'FROZEN' } }],
    ['EXPIRED', 'expiresAt in the past', { key: { expiresAt: after(-1) } }],
    ['EXPIRED', 'expiresAt this instant', { key: { expiresAt: NOW } }],
    ['VALID', 'expiresAt in a millisecond', { key: { expiresAt: new Date(NOW.getTime() + 1) } }],
    ['EXPIRED', 'expiresAt unreadable', { key: { expiresAt: new Date(Number.NaN) } }],
    ['TENANT_NOT_ACTIVE', 'tenant CREATING', { truth: { tenantStatus: 'CREATING' } }],
    ['TENANT_NOT_ACTIVE', 'tenant SUSPENDED', { truth: { tenantStatus: 'SUSPENDED' } }],
    ['TENANT_NOT_ACTIVE', 'tenant TERMINATED', { truth: { tenantStatus: 'TERMINATED' } }],
    ['TENANT_NOT_ACTIVE', 'tenant ARCHIVED', { truth: { tenantStatus: 'ARCHIVED' } }],
    ['TENANT_NOT_ACTIVE', 'a tenant in another case', { truth: { tenantStatus: corrupt('active') } }],
    ['PROJECT_NOT_ACTIVE', 'project ARCHIVED', { truth: { projectStatus: 'ARCHIVED' } }],
    ['PROJECT_NOT_ACTIVE', 'a project that is missing', { truth: { projectStatus: null } }],
    ['VALID', 'no project', { key: { projectId: null }, truth: { projectStatus: null } }],
    ['VALID', 'an address, and no list', { question: { address: '10.0.0.1' } }],
    ['VALID', 'an address on the list', { key: { allowedAddresses: ['192.0.2.0/24', '10.0.0.0/8'] }, question: { address: '10.0.0.1' } }],
    ['FORBIDDEN_ADDRESS', 'an address off the list', { key: { allowedAddresses: ['10.0.0.0/8'] }, question: { address: '11.0.0.1' } }],
    ['FORBIDDEN_ADDRESS', 'a list, and no address named', { key: { allowedAddresses: ['0.0.0.0/0'] } }],
    ['FORBIDDEN_ADDRESS', 'an address that is none', { key: { allowedAddresses: ['0.0.0.0/0'] }, question: { address: 'x' } }],
    ['FORBIDDEN_ADDRESS', 'a range that cannot be read', { key: { allowedAddresses: ['x'] }, question: { address: '10.0.0.1' } }],
    ['FORBIDDEN_ADDRESS', 'a list that is none', { key: { allowedAddresses: corrupt(null) } }],
    ['VALID', 'a resource, and no list', { question: { resource: 'doc/1' } }],
    ['VALID', 'a resource on the list', { key: { allowedResources: ['doc/2', 'doc/1'] }, question: { resource: 'doc/1' } }],
    ['FORBIDDEN_RESOURCE', 'a resource off the list', { key: { allowedResources: ['doc/1'] }, question: { resource: 'doc/10' } }],
    ['FORBIDDEN_RESOURCE', 'a list, and no resource named', { key: { allowedResources: ['doc/1'] } }],
    ['FORBIDDEN_RESOURCE', 'a list that is none', { key: { allowedResources: corrupt('doc/1') }, question: { resource: 'doc/1' } }],
    ['VALID', 'a permission that is held', { question: { permissions: query('docs:read') } }],
    ['INSUFFICIENT_PERMISSIONS', 'a permission that is not held', { question: { permissions: query('docs:write') } }],
    ['VALID', 'no permissions, and none asked for', { key: { permissions: [] } }],
    ['INSUFFICIENT_PERMISSIONS', 'permissions that are no list', { key: { permissions: corrupt('*') } }],
    ['INSUFFICIENT_PERMISSIONS', 'permissions that are missing', { key: { permissions: corrupt(null) } }],
    ['INSUFFICIENT_PERMISSIONS', 'a "*" among the permissions', { key: { permissions: ['*'] }, question: { permissions: query('docs:read') } }],
    ['INSUFFICIENT_PERMISSIONS', 'one unreadable among good ones', { key: { permissions: ['docs:read', 'docs'] }, question: { permissions: query('docs:read') } }],
    ['INSUFFICIENT_PERMISSIONS', 'unreadable ones, and a query that negates', { key: { permissions: corrupt(null) }, question: { permissions: query({ not: 'docs:read' }) } }],
  ])('%s: %s', (expected, _field, what) => {
    expect(judge(what)).toBe(expected);
  });
});

test('of all verdicts that apply the first is given, whichever they are', () => {
  const faults: [StoredVerdict, Case][] = [
    ['REVOKED', { key: { status: 'REVOKED' } }],
    ['EXPIRED', { key: { expiresAt: after(-1) } }],
    ['FROZEN', { key: { status: 'FROZEN' } }],
    ['TENANT_NOT_ACTIVE', { truth: { tenantStatus: 'SUSPENDED' } }],
    ['PROJECT_NOT_ACTIVE', { truth: { projectStatus: 'ARCHIVED' } }],
    ['FORBIDDEN_ADDRESS', { key: { allowedAddresses: ['10.0.0.0/8'] } }],
    ['FORBIDDEN_RESOURCE', { key: { allowedResources: ['doc/1'] } }],
    ['INSUFFICIENT_PERMISSIONS', { key: { permissions: [] } }],
  ];
  // All 256 combinations. REVOKED and FROZEN are one field: REVOKED comes last into it, as it does in a key's life.
  for (let mask = 0; mask < 1 << faults.length; mask += 1) {
    const chosen = faults.filter((_fault, bit) => (mask & (1 << bit)) !== 0);
    const what: Case = {
      key: [...chosen].reverse().reduce((fields, [, { key }]) => ({ ...fields, ...key }), {}),
      truth: chosen.reduce((fields, [, { truth }]) => ({ ...fields, ...truth }), {}),
      question: { permissions: query('docs:read') },
    };
    expect([mask, judge(what)]).toEqual([mask, chosen[0]?.[0] ?? 'VALID']);
  }
});

test('nothing that the caller asks makes a refused key pass', () => {
  const question = fc.record(
    { permissions: fc.constantFrom(query('docs:read'), query({ not: 'x:y' })), resource: fc.string(), address: fc.ipV4() },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(question, fc.constantFrom<Case>({ key: { status: 'REVOKED' } }, { key: { status: 'FROZEN' } }, { truth: { tenantStatus: 'SUSPENDED' } }), (asked, what) => {
      expect(judge({ ...what, question: asked })).not.toBe('VALID');
    }),
  );
});

test('a field that cannot be read is named', () => {
  expect(unreadableField(truthOf({}))).toBeNull();
  expect(unreadableField(truthOf({ key: { permissions: ['*'] } }))).toBe('permissions');
  expect(unreadableField(truthOf({ key: { allowedAddresses: corrupt(null) } }))).toBe('allowedAddresses');
  expect(unreadableField(truthOf({ key: { allowedResources: corrupt(null) } }))).toBe('allowedResources');
});

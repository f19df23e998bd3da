import type { Denial } from '@hoc/l4-spine/kernel/result';
import { describe, expect, test } from 'vitest';
import { problemOf, retryAfterOf } from './problem.ts';

const denial = (over: Partial<Denial>): Denial => ({ code: 'INVALID_INPUT', status: 400, detail: 'No.', requestId: 'r1', ...over });
const instance = '/v1/things';

describe('a problem', () => {
  test('has the members of RFC 9457, code and requestId', () => {
    expect(problemOf(denial({ errors: [{ path: '/name', message: 'must not be blank' }] }), { instance })).toEqual({
      type: 'urn:hoc:problem:INVALID_INPUT', title: 'The input is invalid', status: 400, detail: 'No.', code: 'INVALID_INPUT',
      requestId: 'r1', instance, errors: [{ path: '/name', message: 'must not be blank' }],
    });
  });

  test('of broken invariants names the first of them, and lists them all', () => {
    const violations = [
      { invariantId: 'BI-APIKEY-001', severity: 'CRITICAL', message: 'The tenant is SUSPENDED.', remediation: 'Resume it.' },
      { invariantId: 'BI-APIKEY-002', severity: 'HIGH', message: 'The plan is full.', remediation: 'Revoke one.' },
    ] as const;
    expect(problemOf(denial({ code: 'INVARIANT_VIOLATION', status: 409, violations }), { instance })).toMatchObject({
      status: 409, code: 'INVARIANT_VIOLATION', invariantId: 'BI-APIKEY-001', severity: 'CRITICAL', remediation: 'Resume it.', violations,
    });
  });

  test('says nothing of what is not there, whatever the denial says of it', () => {
    const bare = problemOf(denial({ code: 'NOT_FOUND', status: 404 }), { instance });
    const talkative = problemOf(
      denial({
        code: 'NOT_FOUND', status: 404, detail: 'The key key_1 is of tenant tnt_2.', data: { tenantId: 'tnt_2' }, errors: [{ path: '/keyId', message: 'x' }],
        violations: [{ invariantId: 'BI-APIKEY-004', severity: 'HIGH', message: 'x', remediation: 'y' }],
      }),
      { instance, titles: { NOT_FOUND: { title: 'No such key' } } },
    );
    expect(JSON.stringify(talkative)).toBe(JSON.stringify(bare));
  });

  test('carries what a rejection carries, but never in place of a member of its own', () => {
    const problem = problemOf(denial({ code: 'VERSION_CONFLICT', status: 409, data: { version: 7, status: 200, requestId: 'forged', type: 'x' } }), { instance });
    expect(problem).toMatchObject({ version: 7, status: 409, requestId: 'r1', type: 'urn:hoc:problem:VERSION_CONFLICT' });
    // What a rejection carries was once sent before all else.
    expect(Object.keys(problem)).toEqual(['type', 'title', 'status', 'detail', 'code', 'requestId', 'instance', 'version']);
  });

  test('a code that everybody meets has one title, also where an operation declares it too', () => {
    expect(problemOf(denial({ code: 'INVALID_INPUT', status: 400 }), { instance, titles: { INVALID_INPUT: { title: 'Invalid' } } }).title).toBe('The input is invalid');
  });

  test('takes the title of a rejection from the operation that declares it', () => {
    expect(problemOf(denial({ code: 'TAKEN', status: 409 }), { instance, titles: { TAKEN: { title: 'The name is taken' } } }).title).toBe('The name is taken');
  });

  test('is 500 where a denial has no status of HTTP', () => {
    expect(problemOf(denial({ status: 200 }), { instance }).status).toBe(500);
  });
});

test('every 503 and 429 has a Retry-After, others only what they say', () => {
  expect(retryAfterOf(denial({ status: 503 }))).toBe(1);
  expect(retryAfterOf(denial({ status: 429 }))).toBe(1);
  expect(retryAfterOf(denial({ status: 503, retryAfterSeconds: 30 }))).toBe(30);
  expect(retryAfterOf(denial({ status: 409 }))).toBeNull();
  expect(retryAfterOf(denial({ status: 409, retryAfterSeconds: 1 }))).toBe(1);
});

import { describe, expect, test } from 'vitest';
import { setModeInput } from './set-mode.ts';

const asked = { invariantId: 'BI-APIKEY-001', reason: 'roll-out' };
const answering = { owner: 'ops', expiresAt: '2030-01-01T00:00:00Z' };
const takes = (input: object): boolean => setModeInput.safeParse({ ...asked, ...input }).success;

describe('a mode', () => {
  test.each(['MONITOR', 'ENFORCE'])('%s weakens a rule, so it has an owner and an end', (mode) => {
    expect(takes({ mode, ...answering })).toBe(true);
    expect(takes({ mode })).toBe(false);
    expect(takes({ mode, owner: 'ops' })).toBe(false);
    expect(takes({ mode, expiresAt: answering.expiresAt })).toBe(false);
    expect(takes({ mode, ...answering, owner: ' ' })).toBe(false);
  });

  test('STRICT needs a reason only, but that it does', () => {
    expect(takes({ mode: 'STRICT' })).toBe(true);
    expect(takes({ mode: 'STRICT', reason: ' ' })).toBe(false);
  });

  test.each(['OFF', 'strict', '', null, undefined])('%j is no mode', (mode) => {
    expect(takes({ mode, ...answering })).toBe(false);
  });
});

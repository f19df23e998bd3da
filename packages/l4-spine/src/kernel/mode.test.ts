import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blocks, blocksUnevaluable, effectiveMode, MODES, modesIn, SEVERITIES, type ModeSetting } from './mode.ts';

const NOW = new Date('2026-03-01T12:00:00.000Z');
const before = new Date(NOW.getTime() - 1);
const after = new Date(NOW.getTime() + 1);
const setting = (tenantId: string | null, mode: ModeSetting['mode'], expiresAt: Date | null = null, invariantId = 'BI-X-1'): ModeSetting => ({ invariantId, tenantId, mode, expiresAt });
const modeFor = (...settings: readonly ModeSetting[]) => effectiveMode('BI-X-1', 'tnt_a', settings, 'STRICT', NOW);

describe('the effective mode', () => {
  test('of an invariant that nobody set is the default of the installation', () => {
    expect(modeFor()).toBe('STRICT');
    expect(effectiveMode('BI-X-1', 'tnt_a', [], 'ENFORCE', NOW)).toBe('ENFORCE');
  });

  test('is the tenant\'s own setting before the one for all, in whatever order they come', () => {
    expect(modeFor(setting('tnt_a', 'MONITOR'), setting(null, 'ENFORCE'))).toBe('MONITOR');
    expect(modeFor(setting(null, 'ENFORCE'), setting('tnt_a', 'MONITOR'))).toBe('MONITOR');
  });

  test('is never another tenant\'s setting, nor another invariant\'s', () => {
    expect(modeFor(setting('tnt_b', 'MONITOR'))).toBe('STRICT');
    expect(modeFor(setting('tnt_a', 'MONITOR', null, 'BI-X-2'), setting(null, 'MONITOR', null, 'BI-X-11'))).toBe('STRICT');
  });

  test('returns to STRICT at the instant at which a setting expires', () => {
    expect(modeFor(setting('tnt_a', 'MONITOR', after))).toBe('MONITOR');
    expect(modeFor(setting('tnt_a', 'MONITOR', NOW))).toBe('STRICT');
    expect(modeFor(setting('tnt_a', 'MONITOR', before), setting(null, 'MONITOR', before))).toBe('STRICT');
  });

  test('falls back to the setting for all where the tenant\'s own has expired', () => {
    expect(modeFor(setting('tnt_a', 'MONITOR', before), setting(null, 'ENFORCE', after))).toBe('ENFORCE');
  });

  test('agrees with a model, whatever the settings', () => {
    const someSetting = fc.record({
      invariantId: fc.constantFrom('BI-X-1', 'BI-X-2'), tenantId: fc.constantFrom('tnt_a', 'tnt_b', null), mode: fc.constantFrom(...MODES),
      expiresAt: fc.option(fc.integer({ min: -3, max: 3 }).map((ms) => new Date(NOW.getTime() + ms))),
    });
    // As stored: at most one setting for an invariant and a tenant.
    const settings = fc.uniqueArray(someSetting, { selector: ({ invariantId, tenantId }) => `${invariantId} ${tenantId}` });
    fc.assert(fc.property(settings, fc.constantFrom(...MODES), (all, fallback) => {
      const live = all.filter(({ invariantId, expiresAt }) => invariantId === 'BI-X-1' && (expiresAt === null || expiresAt > NOW));
      const expected = live.find(({ tenantId }) => tenantId === 'tnt_a') ?? live.find(({ tenantId }) => tenantId === null) ?? { mode: fallback };
      expect(effectiveMode('BI-X-1', 'tnt_a', all, fallback, NOW)).toBe(expected.mode);
      expect(modesIn(all, { tenantId: 'tnt_a', now: NOW }, fallback)({ id: 'BI-X-1' })).toBe(expected.mode);
    }));
  });
});

describe('the mode table of ARCHITECTURE.md', () => {
  test.each([
    ['MONITOR', 'CRITICAL', false], ['MONITOR', 'HIGH', false], ['MONITOR', 'MEDIUM', false],
    ['ENFORCE', 'CRITICAL', true], ['ENFORCE', 'HIGH', true], ['ENFORCE', 'MEDIUM', false],
    ['STRICT', 'CRITICAL', true], ['STRICT', 'HIGH', true], ['STRICT', 'MEDIUM', true],
  ] as const)('%s, %s: a broken invariant blocks is %s', (mode, severity, expected) => {
    expect(blocks(mode, severity)).toBe(expected);
  });

  test('an invariant that cannot be evaluated blocks in ENFORCE and STRICT, and not in MONITOR', () => {
    expect(MODES.map((mode) => [mode, blocksUnevaluable(mode)])).toEqual([['MONITOR', false], ['ENFORCE', true], ['STRICT', true]]);
  });

  test('a stricter mode never lets through what a milder one blocks, nor a higher severity what a lower one does not', () => {
    fc.assert(fc.property(fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }), (m1, m2, s1, s2) => {
      const [mild, stern] = [MODES[Math.min(m1, m2)], MODES[Math.max(m1, m2)]];
      const [grave, slight] = [SEVERITIES[Math.min(s1, s2)], SEVERITIES[Math.max(s1, s2)]];
      if (mild === undefined || stern === undefined || grave === undefined || slight === undefined) throw new Error('unreachable');
      expect(Number(blocks(stern, grave))).toBeGreaterThanOrEqual(Number(blocks(mild, slight)));
    }));
  });
});

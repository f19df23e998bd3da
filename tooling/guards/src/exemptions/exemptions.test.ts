import { describe, expect, test } from 'vitest';
import type { Finding } from '../core/finding.ts';
import { tryPlants } from '../core/plant.ts';
import { applyExemptions } from './apply-exemptions.ts';
import { exemptionPlaces } from './exemption-places.ts';
import type { Exemption } from './exemption.ts';
import { exemptionPlants } from './plants.ts';

const NEAT: Finding = { rule: 'order/neat', path: 'src/a.ts', line: 3, column: 1, message: 'a is untidy' };
const GOOD: Exemption = { path: 'src/a.ts', rule: 'order/neat', finding: 'a is untidy', reason: 'It is tidied with the next release.', expires: '2030-03-01' };
const apply = (findings: readonly Finding[], exemptions: readonly Exemption[], now = '2030-01-02', held = true): ReturnType<typeof applyExemptions> =>
  applyExemptions({ findings, exemptions, config: 'guards.config.ts', places: [{ line: 9, column: 5 }], known: ['order/neat'], wasHeld: () => held, now: new Date(now) });

test('every rule about exemptions bites, and no exemption that stands is refused', async () => {
  expect(await tryPlants(exemptionPlants())).toEqual([]);
});

test('an exemption covers what it names, and tells why', () => {
  expect(apply([NEAT], [GOOD])).toEqual({ findings: [], exempted: [{ finding: NEAT, exemption: GOOD }] });
});

test('a swapped finding is refused twice: it is found itself, and the exemption is stale', () => {
  const swapped = { ...NEAT, message: 'b is untidy' };
  expect(apply([swapped], [GOOD]).findings).toMatchObject([{ message: 'b is untidy' }, { rule: 'exemptions/stale', path: 'guards.config.ts', line: 9, column: 5 }]);
});

test('an exemption of many files covers none: what it stands for could move among them', () => {
  expect(apply([NEAT], [{ ...GOOD, path: '**' }]).findings.map(({ rule }) => rule)).toEqual(['order/neat', 'exemptions/stale']);
});

test('an expired exemption covers nothing, from the first moment of the day after', () => {
  expect(apply([NEAT], [GOOD], '2030-03-01T23:59:59.999Z').findings).toEqual([]);
  expect(apply([NEAT], [GOOD], '2030-03-02T00:00:00Z').findings.map(({ rule }) => rule)).toEqual(['order/neat', 'exemptions/expired']);
});

test('two exemptions for one finding: the second one is stale', () => {
  expect(apply([NEAT], [GOOD, GOOD]).findings).toMatchObject([{ rule: 'exemptions/stale' }]);
});

test('an exemption of a guard that did not run is not called stale; one that has expired is called so all the same', () => {
  expect(apply([], [GOOD], '2030-01-02', false).findings).toEqual([]);
  expect(apply([], [GOOD], '2031-01-02', false).findings).toMatchObject([{ rule: 'exemptions/expired' }]);
});

test('a file in JavaScript may leave the reason out altogether: that is found too', () => {
  const { reason: _reason, ...without } = GOOD;
  expect(apply([NEAT], [without as Exemption]).findings.map(({ rule }) => rule)).toEqual(['order/neat', 'exemptions/no-reason']);
});

describe('where exemptions stand', () => {
  const written = 'export default defineGuards({\n  exemptions: [\n    { rule: 1 },\n    { rule: 2 },\n  ],\n});\n';

  test('each at its own beginning', () => {
    expect(exemptionPlaces('guards.config.ts', written, 2)).toEqual([{ line: 3, column: 5 }, { line: 4, column: 5 }]);
  });

  test('those that are put together elsewhere, where the list is given', () => {
    expect(exemptionPlaces('guards.config.ts', 'export default {\n  exemptions: MINE,\n};\n', 2)).toEqual([{ line: 2, column: 3 }, { line: 2, column: 3 }]);
    expect(exemptionPlaces('guards.config.ts', 'export default {\n  exemptions: [...MINE, { rule: 1 }],\n};\n', 2)).toEqual([{ line: 2, column: 3 }, { line: 2, column: 3 }]);
    expect(exemptionPlaces('guards.config.ts', 'export default config;\n', 1)).toEqual([{ line: 1, column: 1 }]);
  });
});

import { expect, test } from 'vitest';
import { faultsIn, toldOf } from './fault.ts';

test('a rule is negated, weakened, deleted, given the next lower severity, and loses each anchor alone', () => {
  expect(faultsIn({ id: 'BI-X-001', severity: 'CRITICAL', guards: ['x.make', 'x.mend'] }).map(toldOf)).toEqual([
    'holds exactly where it should not',
    'always holds',
    'is deleted, and from every operation that names it',
    'is HIGH only',
    'does not guard x.make any more',
    'does not guard x.mend any more',
  ]);
});

test('below MEDIUM there is no severity to fall to', () => {
  expect(faultsIn({ id: 'BI-X-001', severity: 'HIGH', guards: [] }).map(({ kind }) => kind)).toContain('SOFTENED');
  expect(faultsIn({ id: 'BI-X-001', severity: 'MEDIUM', guards: [] }).map(({ kind }) => kind)).not.toContain('SOFTENED');
});

import { expect, test } from 'vitest';
import { faultsIn, toldOf } from './fault.ts';

test('a rule is negated, weakened, deleted, given the next lower severity, loses each anchor alone, and spares each plane alone', () => {
  expect(faultsIn({ id: 'BI-X-001', severity: 'CRITICAL', guards: ['x.make', 'x.mend'], needs: [] }).map(toldOf)).toEqual([
    'holds exactly where it should not',
    'always holds',
    'is deleted, and from every operation that names it',
    'is HIGH only',
    'does not guard x.make any more',
    'does not guard x.mend any more',
    'always holds where principal.plane is cus',
    'always holds where principal.plane is fdr',
  ]);
});

test('a rule about tenants spares each plan, and one about the number of keys each kind', () => {
  const told = (fact: string): readonly string[] => faultsIn({ id: 'BI-X-001', severity: 'MEDIUM', guards: [], needs: [{ name: 'other' }, { name: fact }] }).map(toldOf).slice(5);
  expect(told('tenant')).toEqual(['FREE', 'PRO', 'ENTERPRISE'].map((plan) => `always holds where tenant.plan is ${plan}`));
  expect(told('liveKeyCount')).toEqual(['SERVICE', 'MANAGEMENT'].map((kind) => `always holds where liveKeyCount.kind is ${kind}`));
});

test('below MEDIUM there is no severity to fall to', () => {
  expect(faultsIn({ id: 'BI-X-001', severity: 'HIGH', guards: [], needs: [] }).map(({ kind }) => kind)).toContain('SOFTENED');
  expect(faultsIn({ id: 'BI-X-001', severity: 'MEDIUM', guards: [], needs: [] }).map(({ kind }) => kind)).not.toContain('SOFTENED');
});

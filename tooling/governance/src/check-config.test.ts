import { expect, test } from 'vitest';
import { faultsOfConfig } from './check-config.ts';
import { countsReport } from './commands/counts-report.ts';
import type { Domain } from './config.ts';

const command = (name: string, path = `${name}.json`, ...args: string[]): NonNullable<Domain['suite']> => ({ name, argv: ['node', ...args], report: countsReport(path) });
const domain = (id: string, change: Partial<Domain> = {}): Domain => ({ invariants: { [id]: { anchors: ['door.open'], kind: 'state', holds: '' } }, addresses: [], suite: null, ...change });

test('a sound configuration has no fault', () => {
  expect(faultsOfConfig({ domains: { doors: domain('BI-A-001', { suite: command('doors') }), lamps: domain('BI-B-001') }, commands: [command('t5')] })).toEqual([]);
});

test.each([
  ['it declares no domain', { domains: {}, commands: [command('t5')] }],
  ['it has no commands: nothing would have to be green', { domains: { doors: domain('BI-A-001') }, commands: [] }],
  ['the domain Doors & Co is not named in small letters, digits, _ and -', { domains: { 'Doors & Co': domain('BI-A-001') }, commands: [command('t5')] }],
  ['BI-A-001 is declared by doors and by lamps', { domains: { doors: domain('BI-A-001'), lamps: domain('BI-A-001') }, commands: [command('t5')] }],
  ['doors is left out without a reason', { domains: { doors: domain('BI-A-001', { skip: ' ' }) }, commands: [command('t5')] }],
  ['doors declares no invariant', { domains: { doors: domain('BI-A-001', { invariants: {} }) }, commands: [command('t5')] }],
  ['BI-A-001 is declared without an anchor', { domains: { doors: domain('BI-A-001', { invariants: { 'BI-A-001': { anchors: [], kind: 'state', holds: '' } } }) }, commands: [command('t5')] }],
  ['two commands have the name t5', { domains: { doors: domain('BI-A-001') }, commands: [command('t5'), command('t5', 't5.json', 'else')] }],
  ['t5 and guards write the same report, t5.json', { domains: { doors: domain('BI-A-001') }, commands: [command('t5'), command('guards', 't5.json')] }],
])('%s', (fault, config) => {
  expect(faultsOfConfig(config)).toEqual([fault]);
});

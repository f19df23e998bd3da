import { expect, test } from 'vitest';
import type { LiveOperation } from '@hoc/guards/ownership/live-registry';
import { anchorLines } from './operations-of.ts';

const operation = (address: string, method: string, anchor: string | null): LiveOperation => ({
  address, method, anchor, kind: 'write', planes: [], invariants: [], exemption: null, place: 'a.ts:1',
});

test.each([
  ['create', 'project.create', 'not needed'],
  ['create_project', 'project.create', 'not needed'],
  ['terminate', 'tenant.delete', 'not needed: the operation carries the anchor under another name (`terminate`)'],
  ['list', null, 'not needed: it has no anchor'],
])('%s on the anchor %s: an alias is %s', (method, anchor, alias) => {
  const operations = [operation('doors.write', method, anchor)];
  expect(anchorLines({ invariants: {}, addresses: ['doors.write'], suite: null }, { operations, invariants: [], routes: [] })[0]?.alias).toBe(alias);
});

test('a domain\'s lines are the operations at its addresses, and those elsewhere that carry an anchor of its invariants', () => {
  const domain = { invariants: { 'BI-A-001': { anchors: ['door.open', 'door.lock'], kind: 'state', holds: '' } }, addresses: ['doors.*', 'gates.write'], suite: null } as const;
  const operations = [operation('doors.write', 'open', 'door.open'), operation('gates.write', 'open', null), operation('gates.query', 'list', null), operation('locks.write', 'turn', 'door.lock'), operation('doorsteps.write', 'sweep', null)];
  expect(anchorLines(domain, { operations, invariants: [], routes: [] }).map(({ dispatched, standing }) => `${dispatched} ${standing}`)).toEqual([
    'locks.write turn registered', 'doors.write open registered', 'gates.write open registered',
  ]);
});

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../..');

/** Plants faults in a process of its own, for one run of vitest cannot be inside another. */
const tried = (faults: readonly unknown[]): readonly { readonly failed: readonly string[]; readonly passed: number }[] => {
  const answer = execFileSync(process.execPath, [join(import.meta.dirname, 'try-faults.ts'), JSON.stringify(faults)], { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 });
  // What the program beside this file prints last.
  return JSON.parse(answer.trim().split('\n').at(-1) ?? '') as ReturnType<typeof tried>;
};

test('a fault is planted in the rule that it names and in no other, and the next run knows nothing of it', { timeout: 60_000 }, () => {
  const id = 'BI-TENANT-001';
  const [before, weakened, negated, deleted, softened, after] = tried([
    { kind: 'NONE' }, { kind: 'WEAKENED', id }, { kind: 'NEGATED', id }, { kind: 'DELETED', id }, { kind: 'SOFTENED', id, to: 'HIGH' }, { kind: 'NONE' },
  ]);
  expect([before?.failed, after?.failed]).toEqual([[], []]);
  expect(before?.passed).toBeGreaterThan(100);
  expect(after?.passed).toBe(before?.passed);
  for (const outcome of [weakened, negated]) {
    expect(outcome?.failed).not.toEqual([]);
    for (const name of outcome?.failed ?? []) expect(name).toContain(id);
  }
  const catalogue = 'the invariants are exactly those of the design, anchors and severities included';
  expect(deleted?.failed).toContain(catalogue);
  expect(deleted?.failed).toContain('who is guarded by what, and who is not');
  expect(softened?.failed).toEqual([catalogue]);
});

test('a rule that spares somebody is itself for everybody else', { timeout: 60_000 }, () => {
  const id = 'BI-APIKEY-002';
  const [plan, kind, plane] = tried([
    { kind: 'SPARING', id, fact: 'tenant', field: 'plan', value: 'PRO' },
    { kind: 'SPARING', id, fact: 'liveKeyCount', field: 'kind', value: 'MANAGEMENT' },
    { kind: 'SPARING', id, fact: null, field: 'plane', value: 'fdr' },
  ]);
  const capped = (name: string, cap: number, of: string): string => `${id} > ${name} allows ${cap} live keys of kind ${of}, and not one more`;
  expect(plan?.failed).toEqual([capped('PRO', 20, 'SERVICE'), capped('PRO', 10, 'MANAGEMENT')]);
  expect(kind?.failed).toEqual(['FREE', 'PRO', 'ENTERPRISE'].map((name) => capped(name, 10, 'MANAGEMENT')));
  expect(plane?.failed).toEqual([`nobody is spared, not an operator either > by ${id}`]);
});

test('a rule that loses one anchor is out of the operations of that anchor alone, and the registry still starts', { timeout: 60_000 }, () => {
  const [unanchored] = tried([{ kind: 'UNANCHORED', id: 'BI-APIKEY-001', anchor: 'api_key.rotate' }]);
  expect(unanchored?.failed.toSorted()).toEqual([
    'the invariants are exactly those of the design, anchors and severities included',
    'who is guarded by what, and who is not',
  ]);
});

test('a read, and a write that prepares, lose their rule like any other write', { timeout: 60_000 }, () => {
  const [read, prepared] = tried([
    { kind: 'DELETED', id: 'BI-INTEG-003' }, { kind: 'UNANCHORED', id: 'BI-INTEG-005', anchor: 'integration.probe' },
  ]);
  expect(read?.failed).toContain('of the reads, those of integrations and of usage alone have a rule');
  expect(prepared?.failed).toContain('who is guarded by what, and who is not');
  // Nothing names a rule that nobody knows.
  for (const outcome of [read, prepared]) expect(outcome?.failed.filter((name) => name.startsWith('the registry takes it'))).toEqual([]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { close } from '../src/close/close.ts';
import { plan } from '../src/plan/plan.ts';
import { type SampleRepository, sampleRepository } from './fixture/sample-repository.ts';

let repo: SampleRepository;
beforeAll(async () => {
  repo = await sampleRepository();
});
afterAll(() => repo.dispose());

test('the plan of a domain that is not built says what its design has and the registry has not', async () => {
  const path = await plan('roofs', repo.surroundings);
  expect(path).toBe('docs/governance/plans/roofs.md');
  const text = repo.read(path);
  expect(text).toContain('The domain is PENDING: 1 invariants declared, 0 registered;');
  expect(text).toContain('| `roof.mend` | `roofs.write mend` | planned | – | – | BI-ROOF-001 | not needed |');
  expect(text).toContain('| `roof.paint` | – | missing | – | – | BI-ROOF-001 | needed, or an operation: no address carries this anchor |');
  expect(text).toContain('- BI-ROOF-001 is declared, and not registered.');
  expect(text).toContain('- BI-ROOF-001 is not proven by a test for deny, pass, MONITOR, ENFORCE, STRICT, race.');
  expect(text).toContain(String.raw`a roof \| has no hole`);
  expect(text).toContain('1. Register `roofs.write mend` on the anchor `roof.mend`, guarded by BI-ROOF-001, and route it.');
  expect(text).toContain('`governance close roofs` says DONE.');
  for (const part of ['## Acceptance', '## Verification', '## Rollback', 'npm run mutate', 'node guard.ts']) expect(text).toContain(part);
});

test('a built domain needs the proofs of this tree; then the plan shows addresses, routes, names that differ and exemptions', async () => {
  await expect(plan('doors', repo.surroundings)).rejects.toMatchObject({ remedy: 'Run `node suite.ts all`, then this again.' });
  repo.commit();
  await close(['doors'], repo.surroundings);
  repo.commit();
  const text = repo.read(await plan('doors', repo.surroundings));
  expect(text).toContain('The domain is DONE: 2 invariants declared, 2 registered; 0 things stand between it and DONE.');
  expect(text).toContain('| `door.open` | `doors.write open` | registered | write | `house POST /doors/{id}/open` | BI-DOOR-001, BI-DOOR-002 | not needed |');
  expect(text).toContain('| `door.close` | `doors.write shut` | registered | write | – | BI-DOOR-002 | not needed: the operation carries the anchor under another name (`shut`) |');
  expect(text).toContain('- `doors.write paint`: paint harms nobody');
});

test('the same tree gives the same plan', async () => {
  const path = await plan('roofs', repo.surroundings);
  const first = repo.read(path);
  await plan('roofs', repo.surroundings);
  expect(repo.read(path)).toBe(first);
});

test('a domain that is not declared has no plan', async () => {
  await expect(plan('windows', repo.surroundings)).rejects.toMatchObject({ message: 'There is no domain windows.', exitCode: 2 });
});

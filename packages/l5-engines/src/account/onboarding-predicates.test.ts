import { expect, test } from 'vitest';
import { allHold, predicatesOf, PREDICATES, type PredicateRows } from './onboarding-predicates.ts';

const rows: PredicateRows = {
  tenantStatus: 'ACTIVE', projects: [{ id: 'prj_1' }], serviceKeys: [{ id: 'key_1', projectId: null }], integrations: [{ id: 'int_1' }], answered: [{ id: 'att_1' }],
};
const held = (but: Partial<PredicateRows>) => predicatesOf({ ...rows, ...but }).filter(({ holds }) => holds).map(({ name }) => name);
const without = (...names: readonly string[]) => PREDICATES.filter((name) => !names.includes(name));

test('all four hold by the rows that they name', () => {
  expect(predicatesOf(rows).map(({ name, evidence, missing }) => [name, evidence, missing])).toEqual([
    ['project_ready', ['prj_1'], null], ['key_ready', ['key_1'], null], ['connector_validated', ['int_1'], null], ['sdk_attested', ['att_1'], null],
  ]);
  expect(allHold(predicatesOf(rows))).toBe(true);
});

test('each fails by itself, where it has no row', () => {
  expect(held({ projects: [] })).toEqual(without('project_ready'));
  expect(held({ serviceKeys: [] })).toEqual(without('key_ready'));
  expect(held({ integrations: [] })).toEqual(without('connector_validated'));
  expect(held({ answered: [] })).toEqual(without('sdk_attested'));
});

test('a key is ready where its project is ACTIVE, or it has none, and its tenant is ACTIVE', () => {
  const of = (projectId: string | null) => ({ serviceKeys: [{ id: 'key_1', projectId }] });
  expect(held(of('prj_1'))).toEqual(without());
  expect(held(of('prj_archived'))).toEqual(without('key_ready'));
  for (const tenantStatus of ['CREATING', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const) expect(held({ tenantStatus })).toEqual(without('key_ready'));
});

test('what is missing is said by name, all of it', () => {
  expect(allHold(predicatesOf({ ...rows, projects: [], answered: [] }))).toBe('these do not hold: project_ready (an ACTIVE project), sdk_attested (the attestation of an SDK)');
  expect(allHold(predicatesOf({ ...rows, serviceKeys: [], integrations: [] }))).toBe(
    'these do not hold: key_ready (a service key that would verify now), connector_validated (an ENABLED integration whose last probe succeeded)',
  );
});

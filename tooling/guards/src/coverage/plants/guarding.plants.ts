import { UNGUARDED_WRITE, UNMADE_INVARIANT, UNREACHED_INVARIANT, UNSCANNED_STATE } from '../rules.ts';
import { ACTIVE, ALLOWED, INVARIANTS, PROVEN, proving, reportOf, write, type CoveragePlant } from './scene.ts';

const HEAD = "import { stateInvariant, transitionInvariant } from '../../kernel/invariant.ts';\nexport const active = stateInvariant({ id: 'BI-KEY-001' });\nexport const allowed = transitionInvariant({ id: 'BI-KEY-002' });\n";
const LATER = 'packages/spine/src/domains/keys/later.ts';
const bare = write({ method: 'touch', anchor: 'key.touch', invariants: [] });
const third = { ...ALLOWED, id: 'BI-KEY-003' };

/** An invariant that is defined and that nothing registers; the near miss is the same one, registered. */
const unregistered = (disguise: string, line: number, text: string, more: Readonly<Record<string, string>> = {}): CoveragePlant => ({
  rule: UNREACHED_INVARIANT.id,
  disguise,
  violation: { files: { ...more, [LATER]: text } },
  nearMiss: {
    files: { ...more, [LATER]: text },
    live: { operations: [write({ invariants: ['BI-KEY-001', 'BI-KEY-002', 'BI-KEY-003'] })], invariants: [ACTIVE, ALLOWED, { ...third, place: `${LATER}:${line}` }] },
    report: reportOf([...PROVEN, proving('BI-KEY-003')]),
  },
});

/** An invariant that is registered and that no factory has made; the near miss is one that a factory makes in its place. */
const byHand = (disguise: string, text: string): CoveragePlant => {
  const live = { operations: [write({ invariants: ['BI-KEY-001', 'BI-KEY-002', 'BI-KEY-003'] })], invariants: [ACTIVE, ALLOWED, { ...third, place: `${INVARIANTS}:4` }] };
  const report = reportOf([...PROVEN, proving('BI-KEY-003')]);
  return {
    rule: UNMADE_INVARIANT.id, disguise,
    violation: { files: { [INVARIANTS]: HEAD + text }, live, report },
    nearMiss: { files: { [INVARIANTS]: `${HEAD}export const later = transitionInvariant({ ...{ severity: 'HIGH' }, id: 'BI-KEY-003' });\n` }, live, report },
  };
};

/** Writes that nothing guards, invariants that guard nothing, and rules about rows that nobody can search. */
export const guardingPlants: readonly CoveragePlant[] = [
  {
    rule: UNGUARDED_WRITE.id,
    disguise: 'no invariant, and nothing in writing',
    violation: { live: { operations: [write(), bare] } },
    nearMiss: { live: { operations: [write(), { ...bare, kind: 'read', anchor: null }] } },
  },
  {
    rule: UNGUARDED_WRITE.id,
    disguise: 'an exemption that gives no reason',
    violation: { live: { operations: [write(), { ...bare, exemption: ' \n' }] } },
    nearMiss: { live: { operations: [write(), { ...bare, exemption: 'It only moves the time of the last use, which no rule is about.' }] } },
  },
  {
    rule: UNGUARDED_WRITE.id,
    disguise: 'an invariant that guards another anchor',
    violation: { live: { operations: [write(), { ...bare, invariants: ['BI-KEY-002'] }] } },
    nearMiss: { live: { operations: [write(), { ...bare, invariants: ['BI-KEY-002'] }], invariants: [ACTIVE, { ...ALLOWED, guards: ['key.create', 'key.touch'] }] } },
  },
  {
    rule: UNGUARDED_WRITE.id,
    disguise: 'an invariant that is not registered, beside one that is',
    violation: { live: { operations: [write({ invariants: ['BI-KEY-001', 'BI-KEY-002', 'BI-KEY-009'] })] } },
    nearMiss: { live: { operations: [write({ invariants: ['BI-KEY-002', 'BI-KEY-001'] })] } },
  },
  {
    rule: UNREACHED_INVARIANT.id,
    disguise: 'one of its anchors is never dispatched',
    violation: { live: { invariants: [{ ...ACTIVE, guards: ['key.create', 'key.thaw'] }, ALLOWED] } },
    nearMiss: { live: { operations: [write(), write({ method: 'thaw', anchor: 'key.thaw', invariants: ['BI-KEY-001'] })], invariants: [{ ...ACTIVE, guards: ['key.create', 'key.thaw'] }, ALLOWED] } },
  },
  {
    rule: UNREACHED_INVARIANT.id,
    disguise: 'it guards nothing',
    violation: { live: { operations: [write({ invariants: ['BI-KEY-001'] })], invariants: [ACTIVE, { ...ALLOWED, guards: [] }] } },
    nearMiss: {},
  },
  {
    rule: UNREACHED_INVARIANT.id,
    disguise: 'only a read has its anchor, and leaves it out',
    violation: { live: { operations: [write({ invariants: ['BI-KEY-001'] }), write({ address: 'keys.query', method: 'get', kind: 'read', anchor: 'key.get', invariants: [] })], invariants: [ACTIVE, { ...ALLOWED, guards: ['key.get'] }] } },
    nearMiss: { live: { operations: [write({ invariants: ['BI-KEY-001'] }), write({ address: 'keys.query', method: 'get', kind: 'read', anchor: 'key.get', invariants: [ALLOWED.id] })], invariants: [ACTIVE, { ...ALLOWED, guards: ['key.get'] }] } },
  },
  {
    rule: UNREACHED_INVARIANT.id,
    disguise: 'another write has its anchor and leaves it out',
    violation: { live: { operations: [write(), write({ method: 'import', invariants: ['BI-KEY-001'] })] } },
    nearMiss: { live: { operations: [write(), write({ method: 'import' })] } },
  },
  unregistered('defined, and in no list', 2, "import { transitionInvariant } from '../../kernel/invariant.ts';\nexport const later = transitionInvariant({ id: 'BI-KEY-003' });\n"),
  unregistered('defined under another name, through a re-export', 2, "import { rule } from '../rule.ts';\nexport const later = rule({ id: `BI-${'KEY'}-003` });\n", {
    'packages/spine/src/domains/rule.ts': "export { transitionInvariant as rule } from '../kernel/invariant.ts';\n",
  }),
  unregistered('defined by what a dynamic import gives', 3, "export const later = async () => {\n  const kernel = await import('../../kernel/invariant.ts');\n  return kernel.transitionInvariant({ id: 'BI-KEY-003' });\n};\n"),
  {
    rule: UNREACHED_INVARIANT.id,
    disguise: 'defined of whatever a function is given',
    violation: { files: { [LATER]: "import { transitionInvariant } from '../../kernel/invariant.ts';\nexport const rule = (id: string) => transitionInvariant({ id });\n" } },
    nearMiss: { files: { [LATER]: 'export const rule = (id: string) => ({ id });\n' } },
  },
  byHand('a copy of another', 'export const later = { ...allowed, id: \'BI-KEY-003\' };'),
  byHand('put together by hand', "export const later = { kind: 'transition', id: 'BI-KEY-003', holds: () => true };"),
  {
    rule: UNSCANNED_STATE.id,
    disguise: 'without one, or with one that reads nothing',
    violation: { live: { invariants: [{ ...ACTIVE, hasScan: false }, ALLOWED] } },
    nearMiss: { files: { [INVARIANTS]: HEAD }, live: { invariants: [{ ...ACTIVE, kind: 'transition', hasScan: false }, ALLOWED] } },
  },
];

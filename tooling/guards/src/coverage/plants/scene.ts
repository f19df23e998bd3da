import type { Finding } from '../../core/finding.ts';
import { judgeTree, type Plant, type Tree } from '../../core/plant.ts';
import type { LiveInvariant, LiveOperation, LiveRegistry } from '../../ownership/live-registry.ts';
import { coverageGuard } from '../coverage.guard.ts';
import type { CoverageConfig } from '../coverage-config.ts';
import { PROOF_FORMAT, PROOF_KINDS, type ProofReport, type ProofTest } from '../proof-report.ts';
import { standingOf } from '../proof-standing.ts';

/** A small application: the files that differ from {@link SOUND}, what it has registered, and what its proofs have left. */
export interface CoverageScene {
  readonly files?: Tree;
  /** Of what {@link LIVE} has. */
  readonly live?: Partial<LiveRegistry>;
  /** The text of the proof report; null: there is none. Default: {@link REPORT}. */
  readonly report?: string | null;
  /** What the sources are digested to now. Default: what the report says. */
  readonly digest?: string;
}

export type CoveragePlant = Plant<CoverageScene>;

const KERNEL = 'packages/spine/src/kernel/invariant.ts';
export const INVARIANTS = 'packages/spine/src/domains/keys/invariants.ts';

/** One domain with two invariants. */
const SOUND: Tree = {
  [KERNEL]: 'export const stateInvariant = (definition: object) => definition;\nexport const transitionInvariant = (definition: object) => definition;\n',
  [INVARIANTS]: [
    "import { stateInvariant, transitionInvariant } from '../../kernel/invariant.ts';",
    "export const active = stateInvariant({ id: 'BI-KEY-001', scan: (scope: object) => [scope] });",
    "export const allowed = transitionInvariant({ id: 'BI-KEY-002' });",
  ].join('\n'),
};

export const write = (change: Partial<LiveOperation> = {}): LiveOperation => ({
  address: 'keys.write', method: 'create', kind: 'write', anchor: 'key.create', planes: ['admin'], invariants: ['BI-KEY-001', 'BI-KEY-002'], exemption: null,
  place: 'packages/spine/src/domains/keys/create.ts:1', ...change,
});

export const ACTIVE: LiveInvariant = { id: 'BI-KEY-001', kind: 'state', guards: ['key.create'], severity: 'CRITICAL', hasScan: true, place: `${INVARIANTS}:2` };
export const ALLOWED: LiveInvariant = { id: 'BI-KEY-002', kind: 'transition', guards: ['key.create'], severity: 'HIGH', hasScan: false, place: `${INVARIANTS}:3` };

const LIVE: LiveRegistry = { operations: [write(), write({ address: 'keys.query', method: 'list', kind: 'read', anchor: null, invariants: [] })], invariants: [ACTIVE, ALLOWED], routes: [] };

/** A test that has proven these kinds of an invariant. */
export const proving = (invariant: string, kinds: ProofTest['proofs'][number]['kind'][] = [...PROOF_KINDS], change: Partial<ProofTest> = {}): ProofTest => ({
  file: 'packages/spine/test/t5/keys.test.ts', name: `${invariant} > ${kinds.join(', ')}`, state: 'passed', proofs: kinds.map((kind) => ({ invariant, kind })), ...change,
});

const DIGEST = 'd1';

/** The text of a report. */
export const reportOf = (tests: readonly ProofTest[], change: Partial<ProofReport> = {}): string =>
  JSON.stringify({ format: PROOF_FORMAT, sources: DIGEST, startedAt: '2026-01-02T03:04:05.000Z', endedAt: '2026-01-02T03:05:25.000Z', tests, ...change } satisfies ProofReport);

export const PROVEN: readonly ProofTest[] = [proving('BI-KEY-001'), proving('BI-KEY-002')];

const CONFIG: Omit<CoverageConfig, 'live'> = {
  invariants: { files: ['packages/*/src/**'], except: ['**/*.test.ts'], key: 'id', factories: ['stateInvariant', 'transitionInvariant'].map((name) => ({ module: KERNEL, name })) },
  proofs: { report: 'proofs.json', files: ['packages/spine/test/**'], sources: ['packages/**'], command: ['pnpm', 'run', 'proofs'] },
};

/** Judges a scene by the guard itself, on the plants' own configuration. */
export function judgeScene({ files = {}, live = {}, report = reportOf(PROVEN), digest = DIGEST }: CoverageScene): Promise<readonly Finding[]> {
  const standing = report === null ? { state: 'missing' as const } : standingOf(report, digest);
  return judgeTree(coverageGuard({ ...CONFIG, live: () => Promise.resolve({ ...LIVE, ...live }) }, () => Promise.resolve(standing)), { ...SOUND, ...files });
}

/** The ids of the guard's rules. */
export const RULES: readonly string[] = coverageGuard({ ...CONFIG, live: () => Promise.resolve(LIVE) }).rules.map(({ id }) => id);

import picomatch from 'picomatch';
import type { Finding } from '../core/finding.ts';
import type { Guard, Judged, Judgement } from '../core/guard.ts';
import { bindingFactsOf, type BindingFact } from '../ownership/binding-facts.ts';
import { definitionFactsOf, type DefinitionFact } from '../ownership/definition-facts.ts';
import { definitionsIn, unmade, unregistered, type Definition } from '../ownership/definitions.ts';
import { farOriginsOf } from '../ownership/far-origins.ts';
import type { LiveInvariant } from '../ownership/live-registry.ts';
import { placeOf } from '../ownership/place-of.ts';
import type { CoverageConfig } from './coverage-config.ts';
import { judgeGuarding } from './guarding.ts';
import { proofStanding, type ProofStanding } from './proof-standing.ts';
import { judgeProofs } from './proving.ts';
import { PROOF_REPORT, UNGUARDED_WRITE, UNKNOWN_PROOF, UNMADE_INVARIANT, UNPROVEN_INVARIANT, UNREACHED_INVARIANT, UNSCANNED_STATE } from './rules.ts';

/** What the coverage guard reads of one file; nothing of one that defines no invariants. */
export interface CoverageFacts {
  readonly bindings?: readonly BindingFact[];
  readonly definitions?: readonly DefinitionFact[];
}

/**
 * That every write is guarded, and every invariant is reached, scannable and proven.
 * @param standing how the proof report stands; by default that of the tree on the disk
 */
export function coverageGuard(config: CoverageConfig, standing: (root: string) => Promise<ProofStanding> = (root) => proofStanding(root, config.proofs)): Guard<CoverageFacts> {
  const { invariants: defined, proofs } = config;
  const defines = picomatch([...defined.files], { ignore: [...(defined.except ?? [])] });
  return {
    name: 'coverage',
    rules: [UNGUARDED_WRITE, UNREACHED_INVARIANT, UNMADE_INVARIANT, UNPROVEN_INVARIANT, UNSCANNED_STATE, PROOF_REPORT, UNKNOWN_PROOF],
    collect: (file) => (defines(file.path) ? { bindings: bindingFactsOf(file), definitions: definitionFactsOf(file, defined.key) } : {}),
    judge,
  };

  async function judge({ workspace, facts }: Judged<CoverageFacts>): Promise<Judgement> {
    const [live, proven] = [await config.live(), await standing(workspace.root)];
    const origins = farOriginsOf(workspace, (path) => (workspace.has(path) ? (facts(path).bindings ?? []) : []));
    const definitions = definitionsIn(workspace, defined, origins, (path) => facts(path).definitions ?? []);
    const states = live.invariants.filter(({ kind }) => kind === 'state');
    return {
      findings: [...judgeGuarding(live), ...dead(definitions, live.invariants), ...byHand(definitions, live.invariants), ...judgeProofs(live.invariants, proven, proofs)],
      examined: {
        [UNGUARDED_WRITE.id]: live.operations.filter(({ kind }) => kind === 'write').length,
        [UNREACHED_INVARIANT.id]: live.invariants.length + definitions.length,
        [UNMADE_INVARIANT.id]: live.invariants.length,
        [UNPROVEN_INVARIANT.id]: live.invariants.length,
        [UNSCANNED_STATE.id]: states.length,
        // One report is all that there ever is; what is missing has been looked for.
        [PROOF_REPORT.id]: 1,
        // What there is no report of is told by the rule above.
        [UNKNOWN_PROOF.id]: proven.state === 'fresh' ? proven.report.tests.length : 1,
      },
    };
  }
}

/** Invariants that are defined and that no list names, and definitions of which nobody can tell what they define. */
function dead(definitions: readonly Definition[], invariants: readonly LiveInvariant[]): readonly Finding[] {
  const registered = invariants.map(({ id, place }) => ({ label: [id], ...placeOf(place) }));
  return [
    ...definitions.filter(({ isOpaque }) => isOpaque).map((definition) => findingAt(definition, 'an invariant is defined of whatever a function is given: nobody can tell which ones are, and whether they are registered')),
    ...unregistered(definitions.filter(({ isOpaque }) => !isOpaque), registered).map((definition) => findingAt(definition, `${definition.label?.join(' ') ?? 'an invariant'} is defined here, and nothing registers it`)),
  ];
}

/** Invariants that are registered and that no factory has made. */
const byHand = (definitions: readonly Definition[], invariants: readonly LiveInvariant[]): readonly Finding[] =>
  unmade(definitions, invariants.map(({ id, place }) => ({ label: [id], ...placeOf(place) }))).map(({ label, path, line }) =>
    ({ rule: UNMADE_INVARIANT.id, path, line, column: 1, message: `${label.join(' ')} is registered, and no factory is called with that id here` }));

const findingAt = ({ path, line, column }: Definition, message: string): Finding => ({ rule: UNREACHED_INVARIANT.id, path, line, column, message });

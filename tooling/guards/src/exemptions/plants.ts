import type { Finding } from '../core/finding.ts';
import type { PlantBed } from '../core/plant.ts';
import { applyExemptions } from './apply-exemptions.ts';
import { EXEMPTIONS } from './exemption-rules.ts';
import type { Exemption } from './exemption.ts';

/** Findings, and the exemptions that the configuration has, on 2 January 2030. */
export interface ExemptionScene {
  readonly findings: readonly Finding[];
  readonly exemptions: readonly Exemption[];
}

const finding = (message: string, path: string = 'src/a.ts'): Finding => ({ rule: 'order/neat', path, line: 3, column: 1, message });
const UNTIDY = finding('a is untidy');
const GOOD: Exemption = { path: 'src/a.ts', rule: 'order/neat', finding: 'a is untidy', reason: 'It is tidied with the next release.', expires: '2030-03-01' };
const scene = (changed: Partial<Exemption>, findings: readonly Finding[] = [UNTIDY]): ExemptionScene => ({ findings, exemptions: [{ ...GOOD, ...changed }] });
const unparsable: Finding = { ...UNTIDY, rule: 'reading/unparsable' };

/** What must be found wrong with exemptions, and what must pass. What a broken one covers is not told here: it is found as well. */
export const exemptionPlants = (): PlantBed<ExemptionScene> => ({
  guard: 'exemptions',
  rules: EXEMPTIONS.map(({ id }) => id),
  plants: [
    { rule: 'exemptions/expired', disguise: 'yesterday', violation: scene({ expires: '2030-01-01' }), nearMiss: scene({ expires: '2030-01-02' }) },
    { rule: 'exemptions/stale', disguise: 'what it stands for is gone', violation: scene({}, []), nearMiss: scene({}) },
    { rule: 'exemptions/stale', disguise: 'another finding came in its place', violation: scene({}, [finding('b is untidy')]), nearMiss: scene({ finding: 'untidy' }, [finding('b is untidy')]) },
    { rule: 'exemptions/stale', disguise: 'the same finding moved to another file', violation: scene({}, [finding('a is untidy', 'src/b.ts')]), nearMiss: scene({ path: 'src/b.ts' }, [finding('a is untidy', 'src/b.ts')]) },
    { rule: 'exemptions/stale', disguise: 'of any file', violation: scene({ path: 'src/**' }, []), nearMiss: scene({ path: 'src/[id].ts' }, [finding('a is untidy', 'src/[id].ts')]) },
    { rule: 'exemptions/stale', disguise: 'one of two is gone', violation: scene({ times: 2 }), nearMiss: scene({ times: 2 }, [UNTIDY, finding('a is untidy')]) },
    { rule: 'exemptions/exceeded', disguise: 'a second one came', violation: scene({}, [UNTIDY, finding('a is untidy')]), nearMiss: scene({ times: 2 }, [UNTIDY, finding('a is untidy')]) },
    { rule: 'exemptions/unknown-rule', disguise: 'a rule that was renamed', violation: scene({ rule: 'order/tidy' }), nearMiss: scene({}) },
    { rule: 'exemptions/no-reason', disguise: 'blanks', violation: scene({ reason: ' \n' }), nearMiss: scene({ reason: 'soon' }) },
    { rule: 'exemptions/too-far', disguise: 'half a year and a day', violation: scene({ expires: '2030-07-02' }), nearMiss: scene({ expires: '2030-07-01' }) },
    { rule: 'exemptions/not-exemptible', disguise: 'from being read', violation: scene({ rule: 'reading/unparsable' }, [unparsable]), nearMiss: scene({ rule: 'reading/opaque-import' }, [{ ...UNTIDY, rule: 'reading/opaque-import' }]) },
    { rule: 'exemptions/not-exemptible', disguise: 'from being proven', violation: scene({ rule: 'coverage/proof-report' }, [{ ...UNTIDY, rule: 'coverage/proof-report' }]), nearMiss: scene({ rule: 'coverage/unproven-invariant' }, [{ ...UNTIDY, rule: 'coverage/unproven-invariant' }]) },
  ],
  judge: async ({ findings, exemptions }) => {
    const known = ['order/neat', 'reading/unparsable', 'reading/opaque-import', 'coverage/proof-report', 'coverage/unproven-invariant'];
    const verdict = applyExemptions({ findings, exemptions, config: 'guards.config.ts', places: [], known, wasHeld: () => true, now: new Date('2030-01-02T23:59:59Z') });
    const broken = verdict.findings.filter(({ rule }) => rule.startsWith('exemptions/'));
    // What passes must be covered, or the near miss would only be one that was not looked at.
    return broken.length > 0 ? broken : verdict.findings;
  },
});

import type { Finding, Place } from '../core/finding.ts';
import { FURTHEST_DAYS, type Exemption } from './exemption.ts';

const DAY_MS = 86_400_000;
/** What was not read, or not run, is not known: there is no finding to excuse. */
const NEVER_EXEMPTED = ['reading/unparsable', 'reading/unresolved-import', 'reading/unguarded-import', 'coverage/proof-report'];

/** What there is to go by. */
export interface ExemptionCase {
  readonly findings: readonly Finding[];
  readonly exemptions: readonly Exemption[];
  /** The configuration's path, and where in it each exemption stands. */
  readonly config: string;
  readonly places: readonly Place[];
  /** The ids of all rules that there are. */
  readonly known: readonly string[];
  /** Whether a rule was held in this run. An exemption from another is not judged stale. */
  wasHeld(rule: string): boolean;
  readonly now: Date;
}

/** What is left once exemptions are counted, and what they cover. */
export interface ExemptionVerdict {
  /** What no exemption covers, and what is wrong with exemptions. */
  readonly findings: readonly Finding[];
  readonly exempted: readonly { readonly finding: Finding; readonly exemption: Exemption }[];
}

/** Takes out of findings what exemptions cover. A broken exemption covers nothing. */
export function applyExemptions({ findings, exemptions, config, places, known, wasHeld, now }: ExemptionCase): ExemptionVerdict {
  const covered = new Map<Finding, Exemption>();
  const faults: Finding[] = [];
  exemptions.forEach((exemption, index) => {
    const place = places[index] ?? { line: 1, column: 1 };
    const complain = (rule: string, message: string): void => void faults.push({ rule: `exemptions/${rule}`, path: config, ...place, message });
    const broken = brokenBy(exemption, known, now);
    if (broken !== undefined) {
      complain(...broken);
      return;
    }
    if (!wasHeld(exemption.rule)) return;
    const met = findings.filter((finding) => finding.rule === exemption.rule && finding.path === exemption.path && finding.message.includes(exemption.finding) && !covered.has(finding));
    const times = exemption.times ?? 1;
    if (met.length < times) complain('stale', `${titleOf(exemption)} stands for ${times}, and ${met.length === 0 ? 'none is' : `${met.length} are`} there`);
    if (met.length > times) complain('exceeded', `${titleOf(exemption)} stands for ${times}, and ${met.length} are there`);
    else for (const finding of met) covered.set(finding, exemption);
  });
  return {
    findings: [...findings.filter((finding) => !covered.has(finding)), ...faults],
    exempted: [...covered].map(([finding, exemption]) => ({ finding, exemption })),
  };
}

function brokenBy(exemption: Exemption, known: readonly string[], now: Date): readonly [rule: string, message: string] | undefined {
  const { rule, reason, expires } = exemption;
  if (!known.includes(rule)) return ['unknown-rule', `there is no rule ${rule}`];
  if (NEVER_EXEMPTED.includes(rule)) return ['not-exemptible', `${rule} cannot be exempted`];
  // From a file in JavaScript it may be anything.
  if (typeof reason !== 'string' || reason.trim() === '') return ['no-reason', `${titleOf(exemption)} has no reason`];
  const [lastDay, today] = [Date.parse(expires), Date.parse(now.toISOString().slice(0, 10))];
  if (lastDay < today) return ['expired', `${titleOf(exemption)} held until ${expires}`];
  if (lastDay > today + FURTHEST_DAYS * DAY_MS) return ['too-far', `${titleOf(exemption)} holds until ${expires}`];
  return undefined;
}

const titleOf = ({ path, rule, finding }: Exemption): string => `the exemption of ${path} from ${rule} ('${finding}')`;

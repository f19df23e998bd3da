import type { Rule } from '../core/guard.ts';
import { FURTHEST_DAYS } from './exemption.ts';

const WHY = 'An exemption that nobody has to come back to is a hole that nobody sees.';

/** What exemptions must keep to. Broken ones are findings, at their place in the configuration. */
export const EXEMPTIONS: readonly Rule[] = [
  { id: 'exemptions/expired', title: 'No exemption is past its day.', why: WHY, instead: 'Correct what it was written for, and remove it; or write anew why it must stay, and until when.' },
  { id: 'exemptions/stale', title: 'Every exemption stands for as many findings as it says.', why: 'What is exempted and no longer found leaves room for the next one of its kind.', instead: 'Remove the exemption, or lower `times`.' },
  { id: 'exemptions/exceeded', title: 'No exemption stands for more findings than it says.', why: 'An exemption is for what was looked at when it was written; what came later was not.', instead: 'Correct the new finding. The exemption covers none of them until it is clear which is meant.' },
  { id: 'exemptions/unknown-rule', title: 'Every exemption is from a rule that there is.', why: 'An exemption from nothing is a rule that was renamed, or a hope.', instead: 'Correct the id, or remove the exemption.' },
  { id: 'exemptions/no-reason', title: 'Every exemption has a reason.', why: 'Without it nobody can tell in three months whether it still stands.', instead: 'Write in `reason` why the finding may stay, in a sentence.' },
  { id: 'exemptions/too-far', title: `No exemption reaches further than ${FURTHEST_DAYS} days.`, why: WHY, instead: `Choose a day within ${FURTHEST_DAYS} days.` },
  { id: 'exemptions/not-exemptible', title: 'What was not read, or not proven at all, is not exempted.', why: 'No rule holds for a file that was not read, and no invariant without a run of the proofs: an exemption from that is one from all rules.', instead: 'Correct the file, or run the proofs; what shall not be guarded is left out of `files`, where it is seen.' },
];

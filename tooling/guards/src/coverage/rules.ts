import type { Rule } from '../core/guard.ts';

export const UNGUARDED_WRITE: Rule = {
  id: 'coverage/unguarded-write',
  title: 'Every write is guarded by an invariant, or says in writing why it is not.',
  why: 'A write that no rule judges is the way past all rules, and nobody sees it in a list of rules.',
  instead: 'Name the invariants that must hold, or write an exemption with a reason that can be argued with.',
};

export const UNREACHED_INVARIANT: Rule = {
  id: 'coverage/unreached-invariant',
  title: 'Every invariant is registered, and every anchor that it guards is that of an operation that names it.',
  why: 'A rule that guards a name which is never dispatched is green for ever and protects nothing.',
  instead: "Correct the anchor, name the invariant in the operation's `invariants` and in the list of all, or remove it.",
};

export const UNMADE_INVARIANT: Rule = {
  id: 'coverage/unmade-invariant',
  title: 'Every invariant that is registered was made by a factory, where it says.',
  why: 'A copy of an invariant, or one that was put together by hand, is registered like any other, and whatever is judged where invariants are made has passed it by.',
  instead: 'Call the factory for it, with its id written there; what two invariants share is a function that both use.',
};

export const UNPROVEN_INVARIANT: Rule = {
  id: 'coverage/unproven-invariant',
  title: 'Every invariant has runtime proofs for deny, pass, MONITOR, ENFORCE, STRICT and race.',
  why: 'Rules have compared with what the database never stores, run in a mode that nobody set, and read facts without a lock: all of it green.',
  instead: 'Prove what is missing in the t5 suite, on the real registry, handlers and database, and record it in `task.meta.proofs` once it was seen.',
};

export const UNSCANNED_STATE: Rule = {
  id: 'coverage/unscanned-state',
  title: 'Every state invariant has a scan.',
  why: 'Before a rule about stored rows is made STRICT somebody must be able to see which rows break it already.',
  instead: 'Write the scan: the same rule as a query over the rows. A rule that needs the request or the actor is a transition invariant.',
};

export const PROOF_REPORT: Rule = {
  id: 'coverage/proof-report',
  title: 'There is a report of a whole run of the proofs on these very sources.',
  why: 'Proofs of other sources prove nothing of these.',
  instead: 'Run the proofs: the command stands in the configuration.',
};

export const UNKNOWN_PROOF: Rule = {
  id: 'coverage/unknown-proof',
  title: 'What is proven exists.',
  why: 'Proofs of an invariant that is registered under another name, or no more, make a green suite of nothing.',
  instead: 'Correct the id in the test, register the invariant, or remove the proof.',
};

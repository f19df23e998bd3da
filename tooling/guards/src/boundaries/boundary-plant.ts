import type { Tree } from '../core/plant.ts';

/** What one rule of the set must refuse, and what looks alike and must pass. */
export interface BoundaryPlant {
  /** The rule's name in the rule set. */
  readonly rule: string;
  /** How the violation is written, where the rule has several plants. */
  readonly disguise?: string;
  /** A tree in which this rule, and no other, is broken. */
  readonly violation: Tree;
  /** A tree that breaks no rule. */
  readonly nearMiss: Tree;
}

import type { FileSelection } from '../core/source-tree.ts';
import type { BoundariesConfig } from '../boundaries/boundaries-config.ts';
import type { OwnershipConfig } from '../ownership/ownership-config.ts';
import type { TransactionsConfig } from '../transactions/transactions-config.ts';
import type { HygieneConfig } from '../hygiene/hygiene-config.ts';
import type { CoverageConfig } from '../coverage/coverage-config.ts';
import type { Exemption } from '../exemptions/exemption.ts';

/** A layer of the picture. */
export interface Layer {
  readonly name: string;
  /** A glob, from the root, of the files that belong to it. A file belongs to the first layer that matches it. */
  readonly path: string;
}

/** What `guards.config.ts` says. A guard that it does not name does not run. */
export interface GuardsConfig {
  /** The files that are guarded: globs, from the folder that holds the configuration. */
  readonly files: FileSelection;
  /** For the picture, from the top down. */
  readonly layers?: readonly Layer[];
  readonly boundaries?: BoundariesConfig;
  readonly ownership?: OwnershipConfig;
  readonly transactions?: TransactionsConfig;
  readonly hygiene?: HygieneConfig;
  readonly coverage?: CoverageConfig;
  readonly exemptions?: readonly Exemption[];
}

/** Gives a configuration its type. */
export const defineGuards = (config: GuardsConfig): GuardsConfig => config;

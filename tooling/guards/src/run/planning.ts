import type { CruiseThread } from '../boundaries/cruise-thread.ts';
import type { Results } from '../cache/result-files.ts';
import type { GuardsConfig } from './config.ts';

/** What planning needs. */
export interface Planning {
  readonly root: string;
  /** The configuration's file, from the root. */
  readonly path: string;
  readonly config: GuardsConfig;
  readonly thread: CruiseThread;
  readonly results: Results;
  /** Stands for the guards' own sources and what they read with. */
  readonly tool: string;
  /** Stands for the tree that was read; `isFresh` reads every file once more. Not to be asked for before the tree was read. */
  treeDigest(isFresh?: boolean): Promise<string>;
  /** Whether proofs may be run. */
  readonly runsProofs: boolean;
}

import { join } from 'node:path';
import type { GovernanceConfig } from './config.ts';
import { type Git, openGit } from './git.ts';
import { writeAtomically } from './write-atomically.ts';

/** What a command of this tool works with. Everything of the outside world that it touches goes through here. */
export interface Surroundings {
  readonly config: GovernanceConfig;
  /** The folder of the configuration file; all its paths are relative to it. */
  readonly root: string;
  readonly git: Git;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => Date;
  /** Progress, for people. */
  readonly say: (line: string) => void;
  /** Writes a file whole or not at all. */
  readonly write: (path: string, text: string) => Promise<void>;
}

/** The real ones. */
export const surroundingsOf = (config: GovernanceConfig, root: string): Surroundings => ({
  config, root, git: openGit(root), env: process.env, now: () => new Date(), say: (line) => console.error(line), write: writeAtomically,
});

/** Where tracker, evidence, keys and plans live, from the root. */
export const folderOf = ({ config }: Pick<Surroundings, 'config'>): string => config.folder ?? 'docs/governance';

/** A file of that folder, on the disk. */
export const placeOf = (surroundings: Pick<Surroundings, 'config' | 'root'>, ...path: string[]): string =>
  join(surroundings.root, folderOf(surroundings), ...path);

export const keyVariableOf = ({ config }: Pick<Surroundings, 'config'>): string => config.signingKeyVariable ?? 'GOVERNANCE_KEY_FILE';

export const calledAs = ({ config }: Pick<Surroundings, 'config'>): string => config.calledAs ?? 'hoc-governance';

/** The file that one close or verify holds at a time. */
export const lockOf = ({ git }: Surroundings): string => join(git.folder, 'hoc-governance.lock');

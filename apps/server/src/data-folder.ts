import { access, constants, mkdir } from 'node:fs/promises';
import { StartupProblem } from './startup-problem.ts';
import { reasonOf } from './system-error.ts';

/**
 * Makes the data folder, for its owner alone (0700), where it is not there yet.
 * @throws StartupProblem where this user cannot work in it
 */
export async function makeDataFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartupProblem(`The data folder ${dataDir} cannot be used: ${reasonOf(error)}. HOC_DATA_DIR must name a folder that this user may write to.`);
  }
}

import { CommanderError } from 'commander';
import { Refusal } from '../refusal.ts';
import { program } from './program.ts';

/** Runs the command line, and says its exit code. Whatever goes wrong ends in a sentence and a remedy; only a bug shows its stack. */
export async function main(argv: readonly string[], folder: string): Promise<number> {
  let code = 0;
  try {
    await program(folder, (wanted) => {
      code = wanted;
    }).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof Refusal)) throw error;
    console.error(`✗ ${error.message}\n  → ${error.remedy}`);
    return error.exitCode;
  }
}

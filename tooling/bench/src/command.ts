import { parseArgs } from 'node:util';
import type { Report } from './report.ts';

/** What may be said to a benchmark after its name, as in `--keys 10000`. */
export interface Option {
  readonly meaning: string;
  readonly default: string;
}

/** A benchmark that can be asked for by name. */
export interface Command {
  /** One line for the list of all. */
  readonly summary: string;
  readonly options?: Readonly<Record<string, Option>>;
  run(said: Said): Promise<Report>;
}

/** The options of one run, those that were not said by their defaults. */
export class Said {
  readonly #values: Readonly<Record<string, string>>;

  constructor(values: Readonly<Record<string, string>>) {
    this.#values = values;
  }

  text(name: string): string {
    const value = this.#values[name];
    if (value === undefined) throw new Error(`there is no option --${name}`);
    return value;
  }

  /** @throws UsageError where it is no number of at least 0 */
  number(name: string): number {
    const value = Number(this.text(name));
    if (!Number.isFinite(value) || value < 0) throw new UsageError(`--${name} must be a number, not ${this.text(name)}`);
    return value;
  }

  /** A list of numbers with commas between them. */
  numbers(name: string): readonly number[] {
    return this.text(name).split(',').map((part) => new Said({ [name]: part }).number(name));
  }

  /** @throws UsageError where it is none of them */
  oneOf<const Choice extends string>(name: string, choices: readonly Choice[]): Choice {
    const found = choices.find((choice) => choice === this.text(name));
    if (found === undefined) throw new UsageError(`--${name} must be one of ${choices.join(', ')}`);
    return found;
  }
}

/** What was said cannot be done. */
export class UsageError extends Error {}

/** Reads what was said after a command's name. @throws UsageError */
export function readSaid({ options = {} }: Command, args: readonly string[]): Said {
  try {
    const { values } = parseArgs({ args: [...args], options: Object.fromEntries(Object.entries(options).map(([name, option]) => [name, { type: 'string' as const, default: option.default }])) });
    return new Said(values);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The help of one command. */
export function helpOf(name: string, { summary, options = {} }: Command): string {
  const width = Math.max(0, ...Object.keys(options).map((option) => option.length));
  return [
    `pnpm bench ${name}`, '', summary, '',
    ...Object.entries(options).map(([option, { meaning, default: standard }]) => `  --${option.padEnd(width)}  ${meaning} (${standard})`),
  ].join('\n').trimEnd();
}

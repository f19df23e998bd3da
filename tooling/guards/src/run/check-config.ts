import { anything, count, day, fields, glob, listOf, text, type Expect } from './expected.ts';
import type { BoundariesConfig } from '../boundaries/boundaries-config.ts';
import type { Exemption } from '../exemptions/exemption.ts';
import { CannotRunError } from './cannot-run.ts';
import type { GuardsConfig } from './config.ts';

/** One expectation per key: a key that a type gains and this table lacks does not compile. */
type Table<Shape> = Readonly<Record<keyof Shape, Expect>>;

const EXEMPTION: Table<Exemption> = {
  // What an exemption means is judged where it stands, with the findings: it must be told there, not here.
  path: glob, rule: text, finding: text, times: count, reason: anything, expires: day,
};

const BOUNDARIES: Table<BoundariesConfig> = {
  rules: text, folders: listOf(text, 1), sources: listOf(glob, 1), packages: listOf(glob, 1), plants: listOf(anything, 1), planted: anything, idle: anything,
};

const CONFIG: Table<GuardsConfig> = {
  files: fields({ include: listOf(glob, 1), exclude: listOf(glob) }, ['include']),
  layers: listOf(fields({ name: text, path: glob }, ['name', 'path']), 1),
  boundaries: fields(BOUNDARIES, ['rules', 'folders', 'sources', 'packages', 'plants', 'planted']),
  exemptions: listOf(fields(EXEMPTION, ['path', 'rule', 'finding', 'expires'])),
};

/**
 * Checks that a value has the shape of a configuration.
 * @param name the file that it comes from
 * @throws {CannotRunError} that says what is wrong, and what to write instead
 */
export function checkConfig(value: unknown, name: string): GuardsConfig {
  if (value === undefined) throw new CannotRunError(`${name} has no default export`, 'Write `export default defineGuards({ … })`.');
  const fault = fields(CONFIG, ['files'])(value, 'the configuration');
  if (fault !== undefined) throw new CannotRunError(`${name}: ${fault}`, 'Correct that line; the README of @hoc/guards shows a whole configuration.');
  // The shape has just been checked; what the guards' own parts hold is checked by the guards.
  return value as GuardsConfig;
}

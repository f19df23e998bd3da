import { join } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import type { Rule } from '../core/guard.ts';
import { CannotRunError } from '../run/cannot-run.ts';
import { loadModule } from '../run/load-module.ts';

const WHY = 'What reaches past its layer binds both ends: neither can be changed, replaced or understood alone any more.';

/** Reads a rule set, with what it extends. @param path from the root */
export async function readRuleSet(root: string, path: string): Promise<IConfiguration> {
  try {
    // `cruise` validates it against its schema.
    const configuration = (await loadModule(join(root, path))) as IConfiguration;
    if (configuration.extends === undefined) return configuration;
    // Costs more than all the rest of a warm run, so only who needs it pays.
    const { default: extract } = await import('dependency-cruiser/config-utl/extract-depcruise-config');
    return await extract(join(root, path));
  } catch (error) {
    throw new CannotRunError(`the rule set ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, 'Correct `boundaries.rules` in the configuration, or the file that it names.');
  }
}

/**
 * The rules of a set as the guard's own.
 * @throws {CannotRunError} when a rule has no name or no comment that says what to do instead, stops nobody, or is there twice
 */
export function rulesOf(configuration: IConfiguration): readonly Rule[] {
  const named = (configuration.forbidden ?? []).map(({ name, comment, severity }) => {
    if (name === undefined) throw new CannotRunError('a boundary rule has no name', 'Name it: exemptions and reports refer to it.');
    if (comment === undefined) throw new CannotRunError(`${name} has no comment`, 'Say in `comment` what to do instead of breaking the rule.');
    if (severity !== 'error') throw new CannotRunError(`${name} is no error, so it stops nobody`, "Write `severity: 'error'`, or remove the rule.");
    return { id: `boundaries/${name}`, title: name.replaceAll('-', ' '), why: WHY, instead: comment };
  });
  const twice = named.find(({ id }, index) => named.findIndex((rule) => rule.id === id) !== index);
  if (twice !== undefined) throw new CannotRunError(`two rules are called ${twice.id}`, 'Give one of them another name.');
  for (const kind of ['allowed', 'required'] as const) {
    if ((configuration[kind]?.length ?? 0) > 0) {
      throw new CannotRunError(`the rule set has ${kind} rules, which this guard cannot try on plants`, 'Say what is forbidden instead: `forbidden` can say all that they say.');
    }
  }
  return named;
}

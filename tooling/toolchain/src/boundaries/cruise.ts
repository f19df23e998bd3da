import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise, type IConfiguration, type ICruiseResult, type IViolation } from 'dependency-cruiser';

/** The folders that hold our code. */
const FOLDERS = ['packages', 'apps', 'tooling'];

/** One rule of .dependency-cruiser.cjs. */
export interface Rule {
  readonly name: string;
  readonly comment: string;
}

/** One broken rule; `from` and `to` are paths from the root of the tree. */
export interface Finding {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** What a cruise saw. */
export interface Sight {
  readonly findings: readonly Finding[];
  /** Our own files that were read. */
  readonly modules: readonly string[];
  readonly dependencies: number;
}

/** Reads the rule set of the repository. @param root the repository's root */
export function readRules(root: string): IConfiguration {
  // A CommonJS file has no types; `cruise` validates it against its schema.
  return createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as IConfiguration;
}

/** The rules' names and comments. @throws when a rule has no name or no comment that says what to do instead */
export function rulesOf(configuration: IConfiguration): readonly Rule[] {
  return (configuration.forbidden ?? []).map(({ name, comment, severity }) => {
    if (name === undefined) throw new Error('a boundary rule has no name');
    if (comment === undefined) throw new Error(`${name} has no comment that says what to do instead`);
    if (severity !== 'error') throw new Error(`${name} is no error, so it stops nobody`);
    return { name, comment };
  });
}

/** Runs the rules on a tree. @param root the tree's root, which need not be the repository's */
export async function cruiseTree(root: string, configuration: IConfiguration, present: readonly string[] = FOLDERS): Promise<Sight> {
  const { options, ...ruleSet } = configuration;
  const { output } = await cruise([...present], { ...options, ruleSet, validate: true, baseDir: root }, options?.enhancedResolveOptions);
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text: no reporter was asked for');
  return sightOf(output);
}

function sightOf({ modules, summary }: ICruiseResult): Sight {
  return {
    findings: summary.violations.map(({ rule, from, to }: IViolation) => ({ rule: rule.name, from, to })),
    modules: modules.map(({ source }) => source).filter((source) => FOLDERS.some((folder) => source.startsWith(`${folder}/`))),
    dependencies: summary.totalDependenciesCruised ?? 0,
  };
}

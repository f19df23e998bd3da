import { cruise, type IConfiguration, type ICruiseResult, type IViolation } from 'dependency-cruiser';

/** One broken rule, as dependency-cruiser tells it: paths from the root, and no line. */
export interface Crossing {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
  /** The way round, where the rule is about circles. */
  readonly via: readonly string[];
}

/** What a cruise saw. Plain data. */
export interface Sight {
  readonly crossings: readonly Crossing[];
  /** The files of the cruised folders that were read. */
  readonly modules: readonly string[];
  /** What each of them asks for, as it is written there. */
  readonly asked: Readonly<Record<string, readonly string[]>>;
  readonly dependencies: number;
}

/**
 * Runs a rule set on a tree.
 * @param root the tree's root
 * @param folders what is cruised, from the root; each must exist
 */
export async function cruiseTree(root: string, configuration: IConfiguration, folders: readonly string[]): Promise<Sight> {
  const { options, ...ruleSet } = configuration;
  const { output } = await cruise([...folders], { ...options, ruleSet, validate: true, skipAnalysisNotInRules: true, baseDir: root }, options?.enhancedResolveOptions);
  if (typeof output === 'string') throw new TypeError('dependency-cruiser answered with text: no reporter was asked for');
  return sightOf(output, folders);
}

function sightOf({ modules, summary }: ICruiseResult, folders: readonly string[]): Sight {
  const isOurs = (source: string): boolean => folders.some((folder) => source.startsWith(`${folder}/`));
  return {
    crossings: summary.violations.map(({ rule, from, to, cycle }: IViolation) => ({ rule: rule.name, from, to, via: (cycle ?? []).map(({ name }) => name) })),
    modules: modules.map(({ source }) => source).filter(isOurs),
    asked: Object.fromEntries(modules.filter(({ source }) => isOurs(source)).map(({ source, dependencies }) => [source, [...new Set(dependencies.map(({ module }) => module))]])),
    dependencies: summary.totalDependenciesCruised ?? 0,
  };
}

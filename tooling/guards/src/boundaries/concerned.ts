import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

/**
 * How many modules each rule of a set concerns: those that its `from` matches. A rule about a folder that was renamed concerns
 * none, and would pass whatever happens.
 * @returns by the rule's name
 */
export function concernedBy(configuration: IConfiguration, modules: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries((configuration.forbidden ?? []).map((rule) => [rule.name ?? '', modules.filter(matcherOf(rule)).length]));
}

/**
 * The rules of a set that concern one of some modules; the others cannot be broken among them. dependency-cruiser checks each pattern of
 * each rule anew in every cruise, which for a tree of two files is most of its time.
 */
export const rulesConcerning = (configuration: IConfiguration, modules: readonly string[]): IConfiguration => ({
  ...configuration,
  forbidden: (configuration.forbidden ?? []).filter((rule) => modules.some(matcherOf(rule))),
});

function matcherOf({ from }: IForbiddenRuleType): (path: string) => boolean {
  const path = 'path' in from ? from.path : undefined;
  const pathNot = 'pathNot' in from ? from.pathNot : undefined;
  return (source) => (path === undefined || matches(path, source)) && (pathNot === undefined || !matches(pathNot, source));
}

const matches = (pattern: string | readonly string[], path: string): boolean => [pattern].flat().some((part) => new RegExp(part).test(path));

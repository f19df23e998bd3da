import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser';

/**
 * How many modules each rule of a set concerns: those that its `from` matches. A rule about a folder that was renamed concerns
 * none, and would pass whatever happens.
 * @returns by the rule's name
 */
export function concernedBy(configuration: IConfiguration, modules: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries((configuration.forbidden ?? []).map((rule) => [rule.name ?? '', modules.filter(matcherOf(rule)).length]));
}

function matcherOf({ from }: IForbiddenRuleType): (path: string) => boolean {
  const path = 'path' in from ? from.path : undefined;
  const pathNot = 'pathNot' in from ? from.pathNot : undefined;
  return (source) => (path === undefined || matches(path, source)) && (pathNot === undefined || !matches(pathNot, source));
}

const matches = (pattern: string | readonly string[], path: string): boolean => [pattern].flat().some((part) => new RegExp(part).test(path));

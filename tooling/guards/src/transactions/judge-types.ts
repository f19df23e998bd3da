import type { Finding } from '../core/finding.ts';
import type { Judged, Scene } from './scene.ts';
import { matching } from '../core/matching.ts';
import type { Chain } from './transactions-facts.ts';

/**
 * Tells whether a type is a transaction's.
 * @param by `typesBehind`: or leads to one, through members, generics and what a function answers; `typesAbove`: is one itself, by whatever name
 */
export function transactionTypes({ workspace, config, facts }: Scene, by: 'typesBehind' | 'typesAbove'): (path: string, chain: Chain) => boolean {
  const names = new Map<string, Set<string>>();
  for (const { module, names: some } of [...config.types, ...config.owners.map(({ module, exports }) => ({ module, names: exports }))]) {
    names.set(module, new Set([...(names.get(module) ?? []), ...some]));
  }
  const known = new Map<string, boolean>();
  const isMade = (module: string, name: string, rest: readonly string[]): boolean => {
    if (names.get(module)?.has(name) === true || (name === '*' && rest[0] !== undefined && names.get(module)?.has(rest[0]) === true)) return true;
    if (!workspace.has(module)) return false;
    const key = `${module}\0${name}`;
    const answer = known.get(key);
    if (answer !== undefined) return answer;
    // While it is being asked, a type that is made of itself is made of nothing more.
    known.set(key, false);
    const made = (facts(module)[by][name] ?? []).some((chain) => isType(module, chain));
    known.set(key, made);
    return made;
  };
  const isType = (path: string, chain: Chain): boolean => workspace.symbols.originsOf(path, chain).some(({ module, name, rest }) => isMade(module, name, rest));
  return isType;
}

/** Types of transactions in signatures. */
export function judgeTypes({ config, paths, facts }: Scene, isType: (path: string, chain: Chain) => boolean): Judged {
  const hasSignatures = matching(config.signatures);
  const findings: Finding[] = [];
  let examined = 0;
  for (const path of paths) {
    if (!hasSignatures(path)) continue;
    for (const { of, line, column } of facts(path).typeUses) {
      examined += 1;
      if (isType(path, of)) findings.push({ rule: 'transactions/type-in-signature', path, line, column, message: `speaks of ${of.map((name) => name.replace(/^import:/, '')).join('.')}, which is a transaction or leads to one` });
    }
  }
  return { findings, examined };
}

import type { Chain } from '../core/meanings.ts';
import type { Origin } from '../core/symbols.ts';
import type { Workspace } from '../core/workspace.ts';
import type { BindingFact } from './binding-facts.ts';

/** What a chain of names in a file really is, across files: as the workspace's symbols, and through bindings as well. */
export type FarOrigins = (path: string, chain: Chain) => readonly Origin[];

/** How many bindings lead to other bindings at most. */
const PATIENCE = 8;

/** @param bindingsOf the bindings of a file of the workspace */
export function farOriginsOf({ symbols }: Workspace, bindingsOf: (path: string) => readonly BindingFact[]): FarOrigins {
  const follow = (path: string, chain: Chain, patience: number): readonly Origin[] =>
    symbols.originsOf(path, chain).flatMap((origin) => [origin, ...through(origin, patience)]);
  const through = ({ module, name, rest }: Origin, patience: number): readonly Origin[] => {
    if (patience === 0) return [];
    return bindingsOf(module)
      .filter((binding) => binding.name === name && binding.path.every((part, index) => rest[index] === part))
      .flatMap(({ path, of }) => follow(module, [...of, ...rest.slice(path.length)], patience - 1));
  };
  const known = new Map<string, readonly Origin[]>();
  return (path, chain) => {
    const key = `${path}\0${chain.join('\0')}`;
    const found = known.get(key) ?? follow(path, chain, PATIENCE);
    known.set(key, found);
    return found;
  };
}

import { CALLED, meaningsOf, type Chain } from '../core/meanings.ts';
import { namesOf } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';

/** A name of a file's top that stands for something else, where it takes more than an alias to tell: a table, a call, a choice, what a function returns. */
export interface BindingFact {
  readonly name: string;
  /** What is taken of it. */
  readonly path: readonly string[];
  readonly of: Chain;
}

/** The bindings that other files may go through: `export const define = factory<Scope>()`, `export const ops = { define: factory }`. */
export function bindingFactsOf(file: ParsedFile): readonly BindingFact[] {
  const meanings = meaningsOf(file);
  return namesOf(file).declared.flatMap(({ name, isTop, how, init, path, identifier }): readonly BindingFact[] => {
    if (!isTop || (how !== 'variable' && how !== 'function') || init === null) return [];
    const value = path?.length === 0 ? meanings.valueOf(init) : init;
    if (FUNCTIONS.has(value.type)) return meanings.given(value).map((of) => ({ name, path: [CALLED], of }));
    if (value.type !== 'ObjectExpression') return meanings.of(identifier).filter(([root]) => root !== name).map((of) => ({ name, path: [], of }));
    return value.properties.flatMap((property) => {
      if (property.type === 'SpreadElement') return meanings.of(property.argument).map((of) => ({ name, path: [], of }));
      const key = propertyName(property.key, property.computed);
      return key === undefined ? [] : meanings.of(property.value).map((of) => ({ name, path: [key], of }));
    });
  }).filter(({ of }) => of.length <= MAX_CHAIN && !isOwnCall(of));
}

const FUNCTIONS = new Set<string>(['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration']);

/** Longer chains are calls of what calls give, of which nothing is asked. */
const MAX_CHAIN = 6;

const isOwnCall = (of: Chain): boolean => of.filter((part) => part === CALLED).length > 2;

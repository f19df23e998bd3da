import type { Node } from 'oxc-parser';
import type { Place } from '../core/finding.ts';
import { CALLED, meaningsOf, type Chain } from '../core/meanings.ts';
import { aliasesBound } from '../core/module-facts.ts';
import { namesOf } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { eachNamingExpression, type Seat } from '../core/value-expressions.ts';

/** Something of another module that a file uses as a value. */
export interface UseFact extends Place {
  /** Rooted at an import's local name, or at a module (`import:<specifier>`); a module alone is used as a whole. */
  readonly chain: Chain;
  /** Whether it is only imported here by its name; what is made of it is told by other uses. */
  readonly isImport: boolean;
}

/** What a file uses of other modules, by whatever name: each once, where it is first used. Types are no use. */
export function useFactsOf(file: ParsedFile): readonly UseFact[] {
  const { imports, reExports } = file.module;
  const found = new Map<string, UseFact>();
  const add = (chain: Chain, { line, column }: Place, isImport = false): void => {
    const key = `${isImport} ${chain.join('\0')}`;
    if (!found.has(key)) found.set(key, { chain, isImport, line, column });
  };
  for (const use of imports) if (!use.isType && use.imported !== '*') add([use.local], use, true);
  for (const { specifier, imported, isType, ...at } of reExports) if (!isType) add(imported === '*' ? [`import:${specifier}`] : [`import:${specifier}`, imported], at);

  const meanings = meaningsOf(file);
  const declared = new Set(namesOf(file).declared.map(({ identifier }) => identifier));
  const values = new Set(imports.filter(({ isType }) => !isType).map(({ local }) => local));
  eachNamingExpression(file.program, (identifier) => declared.has(identifier), (expression, seat) => {
    for (const chain of chainsOf(expression, meanings.of)) {
      if (!values.has(chain[0]) && !chain[0].startsWith('import:')) continue;
      for (const part of partsTaken(seat)) add(upToCall(wholeWhereAwaited([...chain, ...part])), file.at(expression));
    }
  });
  return [...found.values()];
}

/** What is taken of a value where it stands: all of it, or what a pattern takes; nothing where it is only named again, for then the new name tells. */
function partsTaken({ parent, child }: Seat): readonly (readonly string[])[] {
  if (parent?.type !== 'VariableDeclarator' || parent.init !== child) return [[]];
  if (parent.id.type === 'Identifier') return child.type === 'MemberExpression' ? [[]] : [];
  if (parent.id.type !== 'ObjectPattern' || parent.id.properties.some(({ type }) => type === 'RestElement')) return [[]];
  return aliasesBound(parent.id, ['whole']).map(({ of: [, ...path] }) => path);
}

/** Where a part cannot be told, all that it may be a part of is used. */
function chainsOf(expression: Node, meaningsOfNode: (node: Node) => readonly Chain[]): readonly Chain[] {
  const chains = meaningsOfNode(expression);
  return chains.length === 0 && expression.type === 'MemberExpression' ? chainsOf(expression.object, meaningsOfNode) : chains;
}

/** `import('…').then(…)` hands the whole module on. */
const wholeWhereAwaited = (chain: Chain): Chain => (chain[0].startsWith('import:') && chain[1] === 'then' ? [chain[0]] : chain);

/** What a call gives is the business of whoever made the function. */
function upToCall(chain: Chain): Chain {
  const called = chain.indexOf(CALLED);
  const [root, ...rest] = called === -1 ? chain : chain.slice(0, called);
  return root === undefined ? chain : [root, ...rest];
}

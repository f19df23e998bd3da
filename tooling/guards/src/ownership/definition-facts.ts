import type { Node } from 'oxc-parser';
import type { Place } from '../core/finding.ts';
import { meaningsOf, PARAMETER, type Chain, type Meanings } from '../core/meanings.ts';
import { namesOf } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';
import { walk } from '../core/walk.ts';

/** A call that may be the definition of something: of what, is known once names are followed across files. */
export interface DefinitionFact extends Place {
  /** What is called. */
  readonly callee: readonly Chain[];
  /** The last line of what is called; what is defined says one of these lines as its place. */
  readonly lastLine: number;
  /** What the definition is called: the parts of an address, or an id; null where that is not written beside it. */
  readonly label: readonly string[] | null;
  /** Whether it defines whatever it is given, so that nobody can tell what. */
  readonly isOpaque: boolean;
}

type ObjectNode = Extract<Node, { type: 'ObjectExpression' }>;

/** The definitions in a file. @param key the property that names what is defined */
export function definitionFactsOf(file: ParsedFile, key: string): readonly DefinitionFact[] {
  const meanings = meaningsOf(file);
  const roots = new Set(namesOf(file).declared.filter(({ isTop }) => isTop).map(({ name }) => name));
  const found: DefinitionFact[] = [];
  walk(file.program, (node) => {
    if (node.type !== 'CallExpression') return;
    const [given] = node.arguments;
    if (given === undefined || NO_DEFINITIONS.has(given.type)) return;
    const callee = meanings.of(node.callee).filter(([root]) => roots.has(root) || root.startsWith('import:'));
    if (callee.length === 0) return;
    const value = meanings.valueOf(given);
    const named = value.type === 'ObjectExpression' ? valueOfKey(value, key, meanings) : 'elsewhere';
    if (named === 'nowhere') return;
    found.push({
      ...file.at(node), callee, lastLine: file.at(node.callee.end).line,
      label: named === 'elsewhere' ? null : labelOf(named, meanings),
      isOpaque: named === 'elsewhere' || isGiven(named, meanings),
    });
  });
  return found;
}

/** What nobody makes a definition of. */
const NO_DEFINITIONS = new Set<Node['type']>(['Literal', 'TemplateLiteral', 'ArrowFunctionExpression', 'FunctionExpression', 'ArrayExpression', 'BinaryExpression', 'UnaryExpression', 'NewExpression', 'SpreadElement', 'ClassExpression']);

/** The value of the naming property; `elsewhere` where it may come in from what cannot be read, `nowhere` where there is none. */
function valueOfKey({ properties }: ObjectNode, key: string, meanings: Meanings): Node | 'elsewhere' | 'nowhere' {
  let answer: Node | 'elsewhere' | 'nowhere' = 'nowhere';
  for (const property of properties) {
    if (property.type === 'SpreadElement') {
      const value = meanings.valueOf(property.argument);
      const inner: Node | 'elsewhere' | 'nowhere' = value.type === 'ObjectExpression' ? valueOfKey(value, key, meanings) : 'elsewhere';
      if (inner !== 'nowhere' && (inner !== 'elsewhere' || answer === 'nowhere')) answer = inner;
    } else if (propertyName(property.key, property.computed) === key) answer = property.value;
  }
  return answer;
}

function labelOf(named: Node, meanings: Meanings): readonly string[] | null {
  const value = meanings.valueOf(named);
  const parts = value.type === 'ArrayExpression' ? value.elements.map((element) => (element === null || element.type === 'SpreadElement' ? undefined : meanings.textOf(element))) : [meanings.textOf(value)];
  return parts.every((part) => part !== undefined) ? parts : null;
}

/** Whether a value is made of what a function was given. */
function isGiven(named: Node, meanings: Meanings): boolean {
  let isFound = false;
  walk(named, (node) => {
    if (node.type === 'Identifier' && meanings.of(node).some(([root]) => root === PARAMETER)) isFound = true;
  });
  return isFound;
}

import type { Node } from 'oxc-parser';
import { meant } from '../core/meant.ts';
import type { Names } from '../core/names.ts';
import { propertyName } from '../core/plain-name.ts';
import type { Ancestors } from '../core/walk.ts';
import { answerOf, melt, partsOf, type Part } from './text-parts.ts';

/** Sees the constants of a file's top that other files may make texts of. */
export class SeeConstants {
  /** By the names under which other files reach them: `NAME`, `NAME.member`, `NAME.0`, `name.()`. */
  readonly constants: Record<string, readonly Part[]> = {};
  readonly #names: Names;
  readonly #likely: RegExp;

  constructor(names: Names, likely: RegExp) {
    this.#names = names;
    this.#likely = likely;
  }

  see(node: Node, above: Ancestors): void {
    switch (node.type) {
      case 'VariableDeclarator':
        if (node.id.type === 'Identifier' && node.init !== null && above.length <= 3) this.#constant(node.id.name, node.init);
        return;
      case 'FunctionDeclaration':
      case 'ClassDeclaration':
      case 'TSEnumDeclaration':
        if (node.id !== null && above.length <= 2) this.#constant(node.id.name, node);
        return;
      default:
    }
  }

  #constant(name: string, node: Node): void {
    const answer = answerOf(node);
    if (answer !== undefined) this.#keep(`${name}.()`, answer);
    else if (node.type === 'ObjectExpression') {
      for (const property of node.properties) if (property.type === 'Property') this.#constantAt(name, propertyName(property.key, property.computed), property.value);
    } else if (node.type === 'ClassDeclaration') {
      for (const member of node.body.body) if (member.type === 'PropertyDefinition' && member.static && member.value !== null) this.#constantAt(name, propertyName(member.key, member.computed), member.value);
    } else if (node.type === 'TSEnumDeclaration') {
      for (const { id, initializer } of node.body.members) if (initializer !== null) this.#constantAt(name, id.type === 'Identifier' ? id.name : undefined, initializer);
    } else if (node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression') this.#constant(name, node.expression);
    else if (node.type === 'CallExpression' && meant(node.callee, this.#names)?.chain.at(-1) === 'freeze' && node.arguments[0] !== undefined) this.#constant(name, node.arguments[0]);
    else if (node.type === 'ArrayExpression') {
      for (const [index, element] of node.elements.entries()) if (element !== null) this.#constantAt(name, String(index), element);
    } else this.#keep(name, node);
  }

  #constantAt(name: string, member: string | undefined, value: Node): void {
    if (member !== undefined) this.#constant(`${name}.${member}`, value);
  }

  #keep(name: string, node: Node): void {
    const parts = partsOf(node, this.#names);
    if (parts === undefined || parts.every((part) => part === null)) return;
    const melted = melt(parts);
    // Long texts that hold nothing of the kind make no statement of it either.
    const length = melted.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0);
    if (length <= 200 || this.#likely.test(melted.filter((part) => typeof part === 'string').join(''))) this.constants[name] = melted;
  }
}

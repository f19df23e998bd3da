import type { Node } from 'oxc-parser';
import { meant } from '../core/meant.ts';
import type { Names } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { chainOf } from '../core/plain-name.ts';
import { outermostChains, typeChain, typeChainsIn } from './type-chains.ts';
import type { Ancestors } from '../core/walk.ts';
import type { Chain, TypeUse } from './transactions-facts.ts';

/** Sees the types that a file speaks of, and what its own declarations are made of. */
export class SeeTypes {
  readonly uses: TypeUse[] = [];
  readonly behind: Record<string, readonly Chain[]> = {};
  readonly above: Record<string, readonly Chain[]> = {};
  readonly #file: ParsedFile;
  readonly #names: Names;
  readonly #hasSignatures: boolean;

  /** @param hasSignatures whether the file's own signatures are judged */
  constructor(file: ParsedFile, names: Names, hasSignatures: boolean) {
    this.#file = file;
    this.#names = names;
    this.#hasSignatures = hasSignatures;
  }

  see(node: Node, above: Ancestors): void {
    if (this.#hasSignatures) {
      const chain = typeChain(node) ?? ((node.type === 'ClassDeclaration' || node.type === 'ClassExpression') && node.superClass !== null ? chainOf(node.superClass) : undefined);
      if (chain !== undefined) this.uses.push({ of: chain, ...this.#file.at('superClass' in node && node.superClass !== null ? node.superClass : node) });
    }
    if (above.length > 3) return;
    switch (node.type) {
      case 'TSTypeAliasDeclaration':
        this.#put(node.id.name, typeChainsIn(node.typeAnnotation));
        this.above[node.id.name] = outermostChains(node.typeAnnotation);
        return;
      case 'TSInterfaceDeclaration':
        this.#put(node.id.name, [...typeChainsIn(...node.extends), ...typeChainsIn(node.body)]);
        this.above[node.id.name] = node.extends.flatMap(outermostChains);
        return;
      case 'ClassDeclaration': {
        const base = node.superClass === null ? undefined : chainOf(node.superClass);
        if (node.id !== null && base !== undefined) this.above[node.id.name] = [base];
        if (node.id !== null) this.#put(node.id.name, [...(base === undefined ? [] : [base]), ...typeChainsIn(...(node.implements ?? []))]);
        return;
      }
      case 'FunctionDeclaration':
      case 'TSDeclareFunction':
        if (node.id !== null) this.#put(node.id.name, signatureOf(node));
        return;
      case 'VariableDeclarator': {
        if (node.id.type !== 'Identifier') return;
        const { init } = node;
        const made = init === null ? undefined : madeBy(init, this.#names);
        const signature = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression' ? signatureOf(init) : [];
        this.#put(node.id.name, [...typeChainsIn(node.id.typeAnnotation), ...signature, ...(made === undefined ? [] : [made])]);
        return;
      }
      default:
    }
  }

  #put(name: string, chains: readonly Chain[]): void {
    const others = chains.filter((chain) => chain.length > 1 || chain[0] !== name);
    // A file may well declare a `valueOf` of its own, which every object has already.
    const known = Object.hasOwn(this.behind, name) ? (this.behind[name] ?? []) : [];
    if (others.length > 0) this.behind[name] = [...known, ...others];
  }
}

interface Signature {
  readonly params: readonly Node[];
  readonly returnType?: Node | null | undefined;
  readonly typeParameters?: Node | null | undefined;
}

const signatureOf = ({ params, returnType, typeParameters }: Signature): readonly Chain[] =>
  typeChainsIn(returnType, typeParameters, ...params);

/** What made a value: the function that was called, or the class. */
function madeBy(init: Node, names: Names): Chain | undefined {
  switch (init.type) {
    case 'AwaitExpression':
      return madeBy(init.argument, names);
    case 'CallExpression':
    case 'NewExpression': {
      const callee = meant(init.callee, names);
      return callee?.root === 'module' ? callee.chain : undefined;
    }
    default:
      return undefined;
  }
}

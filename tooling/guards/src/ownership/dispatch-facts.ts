import type { Node } from 'oxc-parser';
import type { Place } from '../core/finding.ts';
import { meaningsOf, type Chain, type Meanings } from '../core/meanings.ts';
import { namesOf } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';
import { walk } from '../core/walk.ts';
import { dispatchedBy, handedDispatchers } from './dispatch-calls.ts';
import type { DispatchConfig } from './ownership-config.ts';

/** A part of an address: its text, or the names of other files that may hold it. */
export interface AddressPart {
  readonly text: string | null;
  readonly of: readonly Chain[];
}

/** An address that a file names, or dispatches. */
export interface DispatchFact extends Place {
  readonly address: AddressPart;
  /** Null where an address stands alone. */
  readonly method: AddressPart | null;
  /** Whether it is given to a function that dispatches; then it must be told what it is. */
  readonly isCall: boolean;
}

/** A constant of a file's top that other files may dispatch: a text, or a tuple of texts. */
export interface ConstantFact {
  readonly name: string;
  /** The keys of the table that it stands in. */
  readonly path: readonly string[];
  readonly texts: readonly (string | null)[];
}

/** An object that may be a row of a table of routes: all the texts that its properties are. */
export interface RowFact extends Place {
  readonly texts: readonly string[];
}

/** What a file that dispatches says. Plain data. */
export interface DispatchFacts {
  readonly dispatches: readonly DispatchFact[];
  readonly constants: readonly ConstantFact[];
  readonly rows: readonly RowFact[];
}

/** Reads the addresses that a file names, and what it gives to functions that dispatch. */
export function dispatchFactsOf(file: ParsedFile, { address, method, calls }: DispatchConfig): DispatchFacts {
  const isAddress = new RegExp(`^(?:${address})$`);
  const meanings = meaningsOf(file);
  const dispatches = new Map<Node, DispatchFact>();
  /** What a tuple or a call has told already. */
  const told = new Set<Node>();
  const rows: RowFact[] = [];
  const partOf = (node: Node | null | undefined): AddressPart => {
    if (node === null || node === undefined) return NOTHING;
    const text = meanings.textOf(node) ?? null;
    return { text, of: text === null ? meanings.of(node) : [] };
  };
  const add = (node: Node, fact: Omit<DispatchFact, keyof Place>): void => {
    dispatches.set(node, { ...fact, ...file.at(node) });
    for (const element of node.type === 'ArrayExpression' ? node.elements : [node]) if (element !== null) told.add(element);
  };
  const addOpaque = (node: Node): void => {
    dispatches.set(node, { address: NOTHING, method: null, isCall: true, ...file.at(node) });
  };
  walk(file.program, (node, above) => {
    if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return false;
    if (node.type === 'ObjectExpression') {
      const texts = node.properties.flatMap((property) => (property.type === 'Property' ? [meanings.textOf(property.value)] : [])).filter((text) => text !== undefined);
      if (texts.some((text) => text.startsWith('/'))) rows.push({ texts, ...file.at(node) });
      return undefined;
    }
    const dispatched = node.type === 'CallExpression' ? dispatchedBy(node, above, calls, meanings) : undefined;
    if (dispatched === 'opaque') addOpaque(node);
    else if (dispatched !== undefined) {
      const [given, more] = dispatched;
      if (given === undefined) return undefined;
      const value = meanings.valueOf(given);
      if (value.type === 'ArrayExpression') add(value, { address: partOf(value.elements[0]), method: partOf(value.elements[1]), isCall: true });
      else add(given, { address: partOf(given), method: more === undefined ? null : methodIn(more, method, meanings, partOf), isCall: true });
      return undefined;
    }
    if (dispatches.has(node)) return undefined;
    if (node.type === 'ArrayExpression') {
      const first = partOf(node.elements[0]);
      if (first.text !== null && isAddress.test(first.text)) add(node, { address: first, method: node.elements.length > 1 ? partOf(node.elements[1]) : null, isCall: false });
      return undefined;
    }
    if (told.has(node) || (node.type !== 'Literal' && node.type !== 'TemplateLiteral' && node.type !== 'BinaryExpression')) return undefined;
    const text = meanings.textOf(node);
    if (text === undefined || !isAddress.test(text)) return undefined;
    add(node, { address: { text, of: [] }, method: null, isCall: false });
    return false;
  });
  for (const node of handedDispatchers(file, calls, meanings)) addOpaque(node);
  return { dispatches: [...dispatches.values()], constants: constantsOf(file, meanings), rows };
}

const NOTHING: AddressPart = { text: null, of: [] };

function methodIn(given: Node, key: string, meanings: Meanings, partOf: (node: Node) => AddressPart): AddressPart | null {
  const value = meanings.valueOf(given);
  if (value.type !== 'ObjectExpression') return null;
  const property = value.properties.find((candidate) => candidate.type === 'Property' && propertyName(candidate.key, candidate.computed) === key);
  return property?.type === 'Property' ? partOf(property.value) : null;
}

function constantsOf(file: ParsedFile, meanings: Meanings): readonly ConstantFact[] {
  const read = (name: string, path: readonly string[], node: Node): readonly ConstantFact[] => {
    const value = meanings.valueOf(node);
    if (value.type === 'ArrayExpression') return [{ name, path, texts: value.elements.map((element) => (element === null ? null : (meanings.textOf(element) ?? null))) }];
    if (value.type === 'ObjectExpression') {
      return value.properties.flatMap((property) => {
        const key = property.type === 'Property' ? propertyName(property.key, property.computed) : undefined;
        return property.type !== 'Property' || key === undefined ? [] : read(name, [...path, key], property.value);
      });
    }
    const text = meanings.textOf(value);
    return text === undefined ? [] : [{ name, path, texts: [text] }];
  };
  return namesOf(file).declared.flatMap(({ name, isTop, how, init, path, isConst }) => (isTop && isConst && how === 'variable' && init !== null && path?.length === 0 ? read(name, [], init) : []));
}

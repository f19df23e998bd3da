import type { Node } from 'oxc-parser';
import type { Place } from '../core/finding.ts';
import { parseFile } from '../core/parsed-file.ts';
import { propertyName } from '../core/plain-name.ts';
import { walk } from '../core/walk.ts';

/**
 * Where the exemptions of a configuration stand, in their order. Those that are put together elsewhere are placed where `exemptions`
 * is written, and all at its beginning where even that cannot be found.
 */
export function exemptionPlaces(path: string, text: string, times: number): readonly Place[] {
  const start: Place = { line: 1, column: 1 };
  const file = parseFile(path, text);
  let list: Node | undefined;
  let written = start;
  walk(file.program, (node) => {
    if (node.type !== 'Property' || propertyName(node.key, node.computed) !== 'exemptions') return;
    list = node.value;
    written = file.at(node);
  });
  const elements = list?.type === 'ArrayExpression' ? list.elements : [];
  const isPlain = elements.length === times && elements.every((element) => element?.type === 'ObjectExpression');
  return Array.from({ length: times }, (_none, index) => {
    const element = elements[index];
    return isPlain && element !== null && element !== undefined ? file.at(element) : written;
  });
}

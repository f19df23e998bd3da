import type { Workspace } from '../core/workspace.ts';
import { HOLE } from './control-statements.ts';
import type { Part } from './text-parts.ts';
import type { TransactionsFacts } from './transactions-facts.ts';

interface Constants {
  readonly workspace: Workspace;
  readonly facts: (path: string) => TransactionsFacts;
}

/** The text that parts are, once other files have been asked; what nobody can tell is a hole. */
export function fillParts(constants: Constants, path: string, parts: readonly Part[], patience: number = 8): string {
  return parts.map((part) => (part === null ? HOLE : typeof part === 'string' ? part : lookUp(constants, path, part, patience))).join('');
}

/** The text that parts are; undefined where a piece of it cannot be told. */
export function foldParts(constants: Constants, path: string, parts: readonly Part[]): string | undefined {
  const text = fillParts(constants, path, parts);
  return text.includes(HOLE) ? undefined : text;
}

function lookUp({ workspace, facts }: Constants, path: string, { of, glue }: Exclude<Part, string | null>, patience: number): string {
  if (patience === 0) return HOLE;
  for (const { module, name, rest } of workspace.symbols.originsOf(path, of)) {
    if (!workspace.has(module)) continue;
    const { constants } = facts(module);
    const key = [name, ...rest].join('.');
    if (glue === undefined) {
      const found = constants[key];
      if (found !== undefined) return fillParts({ workspace, facts }, module, found, patience - 1);
      continue;
    }
    const elements: (readonly Part[])[] = [];
    for (let index = 0; constants[`${key}.${index}`] !== undefined; index += 1) elements.push(constants[`${key}.${index}`] ?? []);
    if (elements.length > 0) return elements.map((element) => fillParts({ workspace, facts }, module, element, patience - 1)).join(glue);
  }
  return HOLE;
}

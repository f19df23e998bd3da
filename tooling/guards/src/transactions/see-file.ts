import { namesOf, TYPES } from '../core/names.ts';
import type { ParsedFile } from '../core/parsed-file.ts';
import { walk } from '../core/walk.ts';
import { SeeAccesses } from './see-accesses.ts';
import { SeeConstants } from './see-constants.ts';
import { SeeTexts } from './see-texts.ts';
import { SeeTypes } from './see-types.ts';
import { SeeUses } from './see-uses.ts';
import type { TransactionsConfig } from './transactions-config.ts';
import type { TransactionsFacts } from './transactions-facts.ts';

/** What to look for, made of the configuration once. */
export interface Sight {
  readonly control: ReadonlySet<string>;
  readonly inside: ReadonlySet<string>;
  readonly likely: RegExp;
  readonly hasSignatures: (path: string) => boolean;
  readonly config: TransactionsConfig;
}

/** Reads one file, by one walk. */
export function seeFile(file: ParsedFile, { control, inside, likely, hasSignatures, config }: Sight): TransactionsFacts {
  const names = namesOf(file);
  const accesses = new SeeAccesses(file, names, control);
  const texts = new SeeTexts(file, names, config.sql, likely);
  const areTypesJudged = hasSignatures(file.path);
  const types = new SeeTypes(file, names, areTypesJudged);
  const constants = new SeeConstants(names, likely);
  const uses = new SeeUses(file, names, inside, config.foreign.globals);
  walk(file.program, (node, above) => {
    types.see(node, above);
    // Types are read whole where they are declared; node by node they matter in signatures alone.
    if (TYPES.has(node.type)) return areTypesJudged ? undefined : false;
    accesses.see(node, above);
    texts.see(node, above);
    constants.see(node, above);
    uses.see(node, above);
    return undefined;
  });
  return {
    accesses: accesses.accesses, opaque: accesses.opaque, ...texts.seen, textCount: texts.count, constants: constants.constants,
    typeUses: types.uses, typesBehind: types.behind, typesAbove: types.above, relays: uses.relays, ...uses.seen,
  };
}

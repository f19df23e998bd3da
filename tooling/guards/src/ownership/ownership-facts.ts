import picomatch from 'picomatch';
import type { ParsedFile } from '../core/parsed-file.ts';
import { bindingFactsOf, type BindingFact } from './binding-facts.ts';
import { definitionFactsOf, type DefinitionFact } from './definition-facts.ts';
import { dispatchFactsOf, type DispatchFacts } from './dispatch-facts.ts';
import { namedFolder } from './named-folder.ts';
import type { OwnershipConfig } from './ownership-config.ts';
import { useFactsOf, type UseFact } from './use-facts.ts';

/** What the ownership guard reads of one file. Plain data; what does not concern a file is left out. */
export interface OwnershipFacts {
  readonly bindings?: readonly BindingFact[];
  readonly definitions?: readonly DefinitionFact[];
  readonly uses?: readonly UseFact[];
  readonly dispatch?: DispatchFacts;
}

/** Makes the reader of a file. */
export function ownershipReader({ operations, engines, dispatch }: OwnershipConfig): (file: ParsedFile) => OwnershipFacts {
  const except = [...(operations.except ?? [])];
  const defines = picomatch([...operations.files], { ignore: except });
  const callers = [...(engines?.callers ?? []), ...(engines?.owned ?? [])].map(namedFolder);
  const isCommon = picomatch([...(engines?.common ?? [])], { ignore: except });
  const isExcepted = picomatch(except);
  const dispatches = dispatch === undefined ? () => false : picomatch([...dispatch.files], { ignore: [...(dispatch.except ?? [])] });
  return (file) => {
    const { path } = file;
    const calls = !isExcepted(path) && (isCommon(path) || callers.some((folder) => folder.nameFor(path) !== undefined));
    return {
      ...(defines(path) || calls ? { bindings: bindingFactsOf(file) } : {}),
      ...(defines(path) ? { definitions: definitionFactsOf(file, operations.key) } : {}),
      ...(calls ? { uses: useFactsOf(file) } : {}),
      ...(dispatch !== undefined && dispatches(path) ? { dispatch: dispatchFactsOf(file, dispatch) } : {}),
    };
  };
}

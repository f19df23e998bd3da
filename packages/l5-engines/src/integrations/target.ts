import { judgeUrl, type UrlPolicy } from '../outbound/target-url.ts';
import type { FieldProblem } from '../rejection.ts';
import type { ProbeDefinition } from './rows.ts';
import { fillUrl } from './template.ts';

/**
 * What keeps a config, with its defaults, from being one that HOC may connect by: the URL that its probe would ask must be one
 * that the operator lets tenants choose. Where the URL is the credential, that is judged with it.
 */
export const targetProblems = ({ url }: ProbeDefinition, config: Readonly<Record<string, unknown>>, policy: UrlPolicy): readonly FieldProblem[] => {
  if (url.includes('{credential}')) return [];
  const filled = fillUrl(url, config);
  // The field that holds the URL, or its beginning; else no single one is to blame.
  const [, field] = /^\{([^{}]+)\}/.exec(url) ?? [];
  const path = field === undefined ? ['config'] : ['config', field];
  if (filled === null) return [{ path, message: "lacks a field that the connector type's probe needs" }];
  const judged = judgeUrl(filled, policy);
  return judged.ok ? [] : [{ path, message: `the URL ${judged.reason}` }];
};

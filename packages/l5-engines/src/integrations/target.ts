import { judgeUrl, type UrlPolicy } from '../outbound/target-url.ts';
import type { FieldProblem } from '../rejection.ts';
import type { ProbeDefinition } from './rows.ts';
import { fillUrl } from './template.ts';

/** The origin of a URL that is the credential itself: what is stored of where that may be sent must not tell a part of it. */
const ITSELF = '{credential}';

/**
 * Where a probe by this config would lead, defaults included: scheme, host and port. A credential is given for one such place, and
 * sent to no other. Null where the config does not make a URL.
 */
export const targetOrigin = ({ url }: Pick<ProbeDefinition, 'url'>, config: Readonly<Record<string, unknown>>): string | null => {
  if (url === ITSELF) return ITSELF;
  const filled = fillUrl(url, config);
  return filled === null ? null : (URL.parse(filled)?.origin ?? null);
};

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
  if (filled === null) return [{ path, message: "lacks a field that the connector type's probe needs, or has one that it cannot use there" }];
  const judged = judgeUrl(filled, policy);
  return judged.ok ? [] : [{ path, message: `the URL ${judged.reason}` }];
};

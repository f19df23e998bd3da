import { isReserved } from '../outbound/request-headers.ts';
import { judgeUrl, type UrlPolicy } from '../outbound/target-url.ts';
import type { FieldProblem } from '../rejection.ts';
import { schemaProblem } from './config-schema.ts';
import type { ConnectorType } from './rows.ts';
import { fillHeader, fillJson, fillUrl, placeholdersOf } from './template.ts';

/** A definition, before it is stored. */
export type ConnectorDefinition = Pick<ConnectorType, 'configSchema' | 'probe' | 'credentialKind'>;

/** RFC 9110, 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110, 5.5. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * What keeps a definition from being one that integrations can stand on: its schema, what its probe names, and what could not be sent
 * whatever a config held.
 */
export const connectorTypeProblems = ({ configSchema, probe, credentialKind }: ConnectorDefinition, policy: UrlPolicy): readonly FieldProblem[] => {
  const flaw = schemaProblem(configSchema);
  if (flaw !== null) return [{ path: ['configSchema'], message: flaw }];
  const { properties } = configSchema;
  const known = new Set(Object.keys(typeof properties === 'object' && properties !== null ? properties : {}));
  if (credentialKind !== 'NONE') known.add('credential');
  const unknown = (path: FieldProblem['path'], names: readonly string[]): readonly FieldProblem[] =>
    names.filter((name) => !known.has(name)).map((name) => ({ path, message: `names {${name}}, which the config has not` }));
  return [
    ...(/^(https:\/\/|\{)/.test(probe.url) ? urlProblems(probe.url, policy) : [{ path: ['probe', 'url'], message: 'must begin with https:// or a field of the config' }]),
    ...(probe.url === '{credential}' || !probe.url.includes('{credential}') ? [] : [{ path: ['probe', 'url'], message: 'may be the credential, but must hold none' }]),
    ...((probe.url === '{credential}') === (credentialKind === 'URL') ? [] : [{ path: ['credentialKind'], message: 'is URL where the URL of the probe is the credential, and only there' }]),
    ...unknown(['probe', 'url'], placeholdersOf(probe.url)),
    ...(probe.body === undefined ? [] : [...unknown(['probe', 'body'], placeholdersOf(probe.body, 'json')), ...bodyProblems(probe.body)]),
    ...Object.entries(probe.headers).flatMap(([name, template]) => [
      ...(HEADER_NAME.test(name) ? headerProblems(name, template) : [{ path: ['probe', 'headers', name], message: 'is not the name of a header' }]),
      ...unknown(['probe', 'headers', name], placeholdersOf(template)),
    ]),
  ];
};

/** Something harmless for every field that a template names, of whichever form. */
const dummies = (template: string): Readonly<Record<string, string>> =>
  Object.fromEntries(placeholdersOf(template).map((name) => [name, template.startsWith(`{${name}}`) ? 'https://a.example' : 'x']));

const urlProblems = (url: string, policy: UrlPolicy): readonly FieldProblem[] => {
  const filled = fillUrl(url, dummies(url));
  // A name that no field can have is told by itself.
  if (filled === null) return [];
  const judged = judgeUrl(filled, policy);
  return judged.ok ? [] : [{ path: ['probe', 'url'], message: `would make a URL that ${judged.reason}` }];
};

const headerProblems = (name: string, template: string): readonly FieldProblem[] => {
  const value = fillHeader(template, dummies(template));
  return !isReserved(name) && (value === null || HEADER_VALUE.test(value))
    ? []
    : [{ path: ['probe', 'headers', name], message: 'is a header that HOC sends itself, or holds what no header can carry' }];
};

const bodyProblems = (body: string): readonly FieldProblem[] => {
  try {
    JSON.parse(fillJson(body, dummies(body)) ?? '');
    return [];
  } catch {
    return [{ path: ['probe', 'body'], message: 'must be JSON, with the fields of the config within its texts' }];
  }
};

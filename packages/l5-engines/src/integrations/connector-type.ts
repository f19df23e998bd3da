import type { FieldProblem } from '../rejection.ts';
import { schemaProblem } from './config-schema.ts';
import type { ConnectorType } from './rows.ts';
import { placeholdersOf } from './template.ts';

/** A definition, before it is stored. */
export type ConnectorDefinition = Pick<ConnectorType, 'configSchema' | 'probe' | 'credentialKind'>;

/** RFC 9110, 5.6.2. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** What keeps a definition from being one that integrations can stand on: its schema, and what its probe names. */
export const connectorTypeProblems = ({ configSchema, probe, credentialKind }: ConnectorDefinition): readonly FieldProblem[] => {
  const flaw = schemaProblem(configSchema);
  if (flaw !== null) return [{ path: ['configSchema'], message: flaw }];
  const { properties } = configSchema;
  const known = new Set(Object.keys(typeof properties === 'object' && properties !== null ? properties : {}));
  if (credentialKind !== 'NONE') known.add('credential');
  const unknown = (path: FieldProblem['path'], names: readonly string[]): readonly FieldProblem[] =>
    names.filter((name) => !known.has(name)).map((name) => ({ path, message: `names {${name}}, which the config has not` }));
  return [
    ...(/^(https:\/\/|\{)/.test(probe.url) ? [] : [{ path: ['probe', 'url'], message: 'must begin with https:// or a field of the config' }]),
    ...(probe.url === '{credential}' || !probe.url.includes('{credential}') ? [] : [{ path: ['probe', 'url'], message: 'may be the credential, but must hold none' }]),
    ...((probe.url === '{credential}') === (credentialKind === 'URL') ? [] : [{ path: ['credentialKind'], message: 'is URL where the URL of the probe is the credential, and only there' }]),
    ...unknown(['probe', 'url'], placeholdersOf(probe.url)),
    ...(probe.body === undefined ? [] : unknown(['probe', 'body'], placeholdersOf(probe.body, 'json'))),
    ...Object.entries(probe.headers).flatMap(([name, template]) => [
      ...(HEADER_NAME.test(name) ? [] : [{ path: ['probe', 'headers', name], message: 'is not the name of a header' }]),
      ...unknown(['probe', 'headers', name], placeholdersOf(template)),
    ]),
  ];
};

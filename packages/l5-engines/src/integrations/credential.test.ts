import { expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { credentialProblems } from './credential.ts';

const POLICY = { allowHttp: false, networks: [] };
const of = (kind: Parameters<typeof credentialProblems>[0], credential: string | null): readonly string[] =>
  credentialProblems(kind, credential === null ? null : new Secret(credential), POLICY).map(({ path, message }) => `${path.join('/')}: ${message}`);

test('each kind takes what it says, and nothing else', () => {
  expect(of('NONE', null)).toEqual([]);
  expect(of('NONE', 'x')).toEqual(['credential: the connector type takes none']);
  expect(of('OPTIONAL_TOKEN', null)).toEqual([]);
  expect(of('OPTIONAL_TOKEN', 'x')).toEqual([]);
  expect(of('TOKEN', null)).toEqual(['credential: the connector type needs one']);
  expect(of('TOKEN', 'sk-1 2')).toEqual([]);
  expect(of('URL', null)).toEqual(['credential: the connector type needs one']);
  expect(of('URL', 'https://hooks.example.com/T0/s3cret')).toEqual([]);
});

test.each(['', ' x', 'x ', 'x\r\nhost: evil', 'x\u0000', 'ü', '\ud800'])('%j can be carried by no header', (credential) => {
  expect(of('TOKEN', credential)).toEqual(['credential: must be visible ASCII, with no blanks around it']);
});

test.each(['http://hooks.example.com/s3cret', 'https://user:s3cret@hooks.example.com/', 'https://10.0.0.1/s3cret', 's3cret'])('a URL that may not be sent to is refused without being repeated: %s', (credential) => {
  const [problem = ''] = of('URL', credential);
  expect(problem).toMatch(/^credential: the URL /);
  expect(problem).not.toContain('s3cret');
});

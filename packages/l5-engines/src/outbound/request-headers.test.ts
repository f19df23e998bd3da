import { expect, test } from 'vitest';
import { Secret } from '../secret.ts';
import { sentHeaders } from './request-headers.ts';

const sent = (headers: Parameters<typeof sentHeaders>[0]): ReturnType<typeof sentHeaders> => sentHeaders(headers, 'target.example', null);

test('names are sent in lower case, secrets as they are, and ours are added', () => {
  expect(sentHeaders({ 'X-Api-Key': new Secret('s3cret'), 'User-Agent': 'mine' }, 'target.example:8443', new Uint8Array(3))).toEqual({
    'x-api-key': 's3cret',
    'user-agent': 'mine',
    accept: '*/*',
    host: 'target.example:8443',
    'accept-encoding': 'identity',
    connection: 'close',
    'content-length': '3',
  });
});

test('where nothing is said, it is HOC that asks, and takes whatever comes', () => {
  expect(sent({})).toMatchObject({ 'user-agent': 'HOC', accept: '*/*' });
});

test('a request without a body says no length', () => expect(sent({})).not.toHaveProperty('content-length'));

test.each([
  'Host', 'host', 'Connection', 'Keep-Alive', 'Content-Length', 'Transfer-Encoding', 'TE', 'Trailer', 'Upgrade', 'Expect', 'Accept-Encoding', 'Proxy-Authorization', 'Proxy-Connection',
])('%s is not for others to set', (name) => expect(sent({ [name]: 'x' })).toBeNull());

test.each([
  ['a line break in a value', 'x-a', 'b\r\nx-c: d'],
  ['a line feed alone', 'x-a', 'b\nc'],
  ['a null byte', 'x-a', 'b\0'],
  ['what is no Latin-1', 'x-a', '鍵'],
  ['a blank in a name', 'x a', 'b'],
  ['a line break in a name', 'x\r\na', 'b'],
  ['no name', '', 'b'],
])('%s is not sent', (_what, name, value) => {
  expect(sent({ [name]: value })).toBeNull();
  expect(sent({ [name]: new Secret(value) })).toBeNull();
});

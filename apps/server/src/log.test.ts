import { prettyFactory } from 'pino-pretty';
import { expect, test } from 'vitest';
import { forPeople, withoutSecrets } from './log.ts';

test.each([
  ['/v1/api-keys/hoc_live_0123456789abcd_ABCDEFGHIJKLMNOPQRSTUVWXYZ012345abcdef', '/v1/api-keys/hoc_live_0123456789abcd_[redacted]'],
  ['hoc_op_0123456789abcd_secret and hoc_svc_0123456789abcd_secret?', 'hoc_op_0123456789abcd_[redacted] and hoc_svc_0123456789abcd_[redacted]?'],
  ['hoc_app does hoc_set_tenant', 'hoc_app does hoc_set_tenant'],
])('a line keeps what a token is known by, and loses its secret: %s', (line, expected) => {
  expect(withoutSecrets(line)).toBe(expected);
});

test('on a terminal, a line of a server with workers tells which process wrote it; of one without, nobody has to ask', () => {
  const line = JSON.stringify({ level: 50, time: 0, pid: 4711, hostname: 'here', msg: 'an operation failed' });
  expect(prettyFactory(forPeople(1))(line)).not.toContain('4711');
  expect(prettyFactory(forPeople(2))(line)).toContain('4711');
});

import { expect, test } from 'vitest';
import { withoutSecrets } from './log.ts';

test.each([
  ['/v1/api-keys/hoc_live_0123456789abcd_ABCDEFGHIJKLMNOPQRSTUVWXYZ012345abcdef', '/v1/api-keys/hoc_live_0123456789abcd_[redacted]'],
  ['hoc_op_0123456789abcd_secret and hoc_svc_0123456789abcd_secret?', 'hoc_op_0123456789abcd_[redacted] and hoc_svc_0123456789abcd_[redacted]?'],
  ['hoc_app does hoc_set_tenant', 'hoc_app does hoc_set_tenant'],
])('a line keeps what a token is known by, and loses its secret: %s', (line, expected) => {
  expect(withoutSecrets(line)).toBe(expected);
});

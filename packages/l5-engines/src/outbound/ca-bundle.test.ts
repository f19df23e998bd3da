import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { parseCaBundle } from './ca-bundle.ts';

// Of the authorities that Node brings along; any would do.
const [one = '', other = ''] = rootCertificates;
const FORGED = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';

test('the certificates of a file are found, whatever stands between them', () => {
  expect(parseCaBundle(`${one}\n# the lab\n${other}\n`)).toEqual({ ok: true, certificates: [one, other] });
});

test.each(['', 'a text', one.replace('BEGIN CERTIFICATE', 'END CERTIFICATE'), '-----BEGIN CERTIFICATE----------END CERTIFICATE-----', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'])('a file without any is told so (%#)', (text) => {
  expect(parseCaBundle(text)).toEqual({ ok: false, problem: 'holds no certificate in PEM form' });
});

test('one that cannot be read is told by its place', () => {
  expect(parseCaBundle(FORGED)).toEqual({ ok: false, problem: 'holds a certificate that cannot be read, number 1' });
  expect(parseCaBundle(`${one}\n${FORGED}\n${other}`)).toEqual({ ok: false, problem: 'holds a certificate that cannot be read, number 2' });
});

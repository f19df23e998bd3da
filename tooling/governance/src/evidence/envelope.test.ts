import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { envelopeText, faultOfEnvelope, PAYLOAD_TYPE, seal } from './envelope.ts';
import { keyIdOf } from './keys.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const keys = new Map([[keyIdOf(publicKey), publicKey]]);
const statement = Buffer.from('{"_type":"https://in-toto.io/Statement/v1"}\n');

test('what is signed is DSSE\'s pre-authentication encoding, as its specification spells it', () => {
  const [signature] = seal(statement, privateKey).signatures;
  const encoding = Buffer.concat([Buffer.from(`DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${statement.length} `), statement]);
  expect(verify(null, encoding, publicKey, Buffer.from(signature?.sig ?? '', 'base64'))).toBe(true);
});

test('a key is named by the SHA-256 of its SubjectPublicKeyInfo', () => {
  expect(keyIdOf(publicKey)).toBe(createHash('sha256').update(publicKey.export({ type: 'spki', format: 'der' })).digest('hex'));
});

test('an envelope holds for its bytes and its key, and for nothing else', () => {
  const envelope = seal(statement, privateKey);
  expect(faultOfEnvelope(envelopeText(envelope), statement, keys)).toBeNull();
  expect(faultOfEnvelope(envelopeText(envelope), Buffer.from('{}'), keys)).toMatch(/another statement/);
  expect(faultOfEnvelope(envelopeText(envelope), statement, new Map())).toMatch(/no key in the keys folder/);
  expect(faultOfEnvelope(envelopeText({ ...envelope, payloadType: 'application/json' }), statement, keys)).toMatch(/payload type/);
  expect(faultOfEnvelope(envelopeText({ ...envelope, signatures: [] }), statement, keys)).toMatch(/no DSSE envelope/);
  const [good] = envelope.signatures;
  const bad = { keyid: good?.keyid ?? '', sig: Buffer.alloc(64).toString('base64') };
  expect(faultOfEnvelope(envelopeText({ ...envelope, signatures: [bad] }), statement, keys)).toBe('its signature is not good');
});

import { createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { dsse } from '@sigstore/core';
import { z } from 'zod';
import { wordsOf } from '../refusal.ts';
import { keyIdOf } from './keys.ts';

/** What in-toto's envelopes carry (spec/v1/envelope.md). */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

/** A DSSE v1 envelope (github.com/secure-systems-lab/dsse). */
export interface Envelope {
  /** Base64 of the statement file's bytes. */
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

const envelopeSchema: z.ZodType<Envelope> = z.object({
  payload: z.base64(), payloadType: z.string(), signatures: z.array(z.object({ keyid: z.string(), sig: z.base64() })).min(1),
});

/** Signs the bytes of a statement with an Ed25519 key, over DSSE's pre-authentication encoding. */
export function seal(statement: Buffer, privateKey: KeyObject): Envelope {
  return {
    payload: statement.toString('base64'),
    payloadType: PAYLOAD_TYPE,
    signatures: [{ keyid: keyIdOf(createPublicKey(privateKey)), sig: sign(null, dsse.preAuthEncoding(PAYLOAD_TYPE, statement), privateKey).toString('base64') }],
  };
}

/**
 * Holds an envelope against the statement beside it and the keys that count.
 * @param keys public keys by key id
 * @returns what is wrong; null: a key that counts has signed exactly these bytes
 */
export function faultOfEnvelope(text: string, statement: Buffer, keys: ReadonlyMap<string, KeyObject>): string | null {
  let envelope: Envelope;
  try {
    envelope = envelopeSchema.parse(JSON.parse(text));
  } catch (error) {
    return `it is no DSSE envelope (${wordsOf(error)})`;
  }
  const { payload, payloadType, signatures } = envelope;
  if (payloadType !== PAYLOAD_TYPE) return `its payload type is ${payloadType}, not ${PAYLOAD_TYPE}`;
  if (!Buffer.from(payload, 'base64').equals(statement)) return 'it envelops another statement than the one beside it';
  const message = dsse.preAuthEncoding(payloadType, statement);
  const known = signatures.flatMap(({ keyid, sig }) => {
    const key = keys.get(keyid);
    return key === undefined ? [] : [{ key, sig }];
  });
  if (known.length === 0) return `no key in the keys folder is ${signatures.map(({ keyid }) => keyid).join(' or ')}`;
  return known.every(({ key, sig }) => verify(null, message, key, Buffer.from(sig, 'base64'))) ? null : 'its signature is not good';
}

export const envelopeText = (envelope: Envelope): string => `${JSON.stringify(envelope, null, 2)}\n`;

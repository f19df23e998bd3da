import { createCipheriv, createHash } from 'node:crypto';

const STREAM_BYTES = 1 << 16;

/** Bytes without end, the same ones for the same seed: tokens of a load are made of them. Never for a token that guards anything. */
export function seededBytes(seed: number): (length: number) => Uint8Array {
  const key = createHash('sha256').update(`load ${seed}`).digest();
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  const zeros = Buffer.alloc(STREAM_BYTES);
  let stream = Buffer.alloc(0);
  return (length) => {
    if (stream.length < length) stream = Buffer.concat([stream, cipher.update(zeros)]);
    const bytes = stream.subarray(0, length);
    stream = stream.subarray(length);
    return bytes;
  };
}

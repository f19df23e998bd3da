import { createCipheriv, createHash } from 'node:crypto';

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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

const BYTE = 0xff;

/** The remainders of all bytes (RFC 1952, section 8; the polynomial reversed). */
const TABLE: Int32Array = Int32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
  return remainder;
});

/** CRC-32, as zlib has it, of the first `length` characters of an ASCII text: for so few, calling zlib takes longer than counting. */
export const crc32 = (text: string, length: number): number => {
  let remainder = -1;
  for (let at = 0; at < length; at += 1) remainder = (TABLE[(remainder ^ text.charCodeAt(at)) & BYTE] ?? 0) ^ (remainder >>> 8);
  return ~remainder >>> 0;
};

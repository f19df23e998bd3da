/** An address as a number: 32 bits of IPv4, or 128 of IPv6. An IPv4 address written as IPv6 (`::ffff:a.b.c.d`) is the IPv4 one. */
interface Address {
  readonly bits: 32 | 128;
  readonly value: bigint;
}

const MAPPED = 0xffffn << 32n;

function v4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function v6(text: string): bigint {
  const dotted = /^(.*:)([0-9]+(?:\.[0-9]+){3})$/.exec(text);
  if (dotted !== null) return v6(`${dotted[1] ?? ''}0:0`) | v4(dotted[2] ?? '');
  const [head = '', tail] = text.split('::');
  const groups = (part: string | undefined): string[] => (part === undefined || part === '' ? [] : part.split(':'));
  const first = groups(head);
  const last = groups(tail);
  const all = [...first, ...Array.from({ length: tail === undefined ? 0 : 8 - first.length - last.length }, () => '0'), ...last];
  return all.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

const read = (text: string): Address => (text.includes(':') ? { bits: 128, value: v6(text) } : { bits: 32, value: v4(text) });

/** Whether a client's address lies in a range such as `10.0.0.0/8`. Only for well-formed text: the suite writes it. */
export function liesIn(range: string, client: string): boolean {
  const [base = '', size] = range.split('/');
  const from = unmapped(read(base), size === undefined ? null : Number(size));
  const address = unmapped(read(client), null);
  if (from.bits !== address.bits) return false;
  const shift = BigInt(from.bits - from.prefix);
  return from.value >> shift === address.value >> shift;
}

function unmapped({ bits, value }: Address, prefix: number | null): Address & { readonly prefix: number } {
  const known = prefix ?? bits;
  if (bits === 128 && value >> 32n === MAPPED >> 32n && known >= 96) return { bits: 32, value: value & 0xffffffffn, prefix: known - 96 };
  return { bits, value, prefix: known };
}

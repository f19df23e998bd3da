/**
 * The network that an address is in, and no more of it: its /24, or its /48. Null for what is no address.
 * An IPv4 address that is written as an IPv6 one is the IPv4 one.
 */
export function addressPrefix(address: string): string | null {
  const v4 = readV4(address);
  if (v4 !== null) return prefixOfV4(v4);
  const groups = readV6(address.split('%', 1)[0] ?? '');
  if (groups === null) return null;
  const [first = 0, second = 0, third = 0] = groups;
  if (groups.slice(0, 6).join() === '0,0,0,0,0,65535') return prefixOfV4(groups.slice(6).flatMap((group) => [group >> 8, group & 255]));
  const kept = third > 0 ? [first, second, third] : second > 0 ? [first, second] : first > 0 ? [first] : [];
  return `${kept.map((group) => group.toString(16)).join(':')}::/48`;
}

const prefixOfV4 = (bytes: readonly number[]): string => `${bytes.slice(0, 3).join('.')}.0/24`;

const readV4 = (text: string): number[] | null => {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split('.').map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : null;
};

/** The eight groups of an IPv6 address; null for what is none. */
function readV6(text: string): number[] | null {
  const [head = '', tail, ...more] = text.split('::');
  const [before, after] = [groupsOf(head, tail === undefined), groupsOf(tail ?? '', true)];
  if (before === null || after === null || more.length > 0) return null;
  const given = before.length + after.length;
  if (tail === undefined) return given === 8 ? before : null;
  return given < 8 ? [...before, ...Array.from({ length: 8 - given }, () => 0), ...after] : null;
}

/** @param isEnd whether an IPv4 address may stand for the last two groups */
function groupsOf(text: string, isEnd: boolean): number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const v4 = isEnd ? readV4(parts.at(-1) ?? '') : null;
  const written = v4 === null ? parts : parts.slice(0, -1);
  if (!written.every((part) => /^[\da-f]{1,4}$/i.test(part))) return null;
  const [a = 0, b = 0, c = 0, d = 0] = v4 ?? [];
  return [...written.map((part) => Number.parseInt(part, 16)), ...(v4 === null ? [] : [a * 256 + b, c * 256 + d])];
}

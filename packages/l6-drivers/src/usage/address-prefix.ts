import { isIPv4, isIPv6, SocketAddress } from 'node:net';

/**
 * The network that an address is in, and no more of it: its /24, or its /48. Null for what is no address.
 * An IPv4 address that is written as an IPv6 one is the IPv4 one.
 */
export function addressPrefix(address: string): string | null {
  if (isIPv4(address)) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const unzoned = address.split('%', 1)[0] ?? '';
  if (!isIPv6(unzoned)) return null;
  const canonical = new SocketAddress({ address: unzoned, family: 'ipv6' }).address;
  const [head = '', tail] = canonical.split('::');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(canonical);
  if (mapped?.[1] !== undefined) return addressPrefix(mapped[1]);
  const given = head === '' ? [] : head.split(':');
  // What `::` stands for is zeros; the first three groups are all that is kept.
  const groups = tail === undefined ? given : [...given, ...Array.from({ length: 8 - given.length - groupCount(tail) }, () => '0'), ...tail.split(':')];
  const kept = groups.slice(0, 3);
  while (kept.length > 0 && kept.at(-1) === '0') kept.pop();
  return `${kept.join(':')}::/48`;
}

const groupCount = (text: string): number => (text === '' ? 0 : text.split(':').length + (text.includes('.') ? 1 : 0));

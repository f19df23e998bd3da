import ipaddr from 'ipaddr.js';

/** A range of addresses, its host bits ignored. An IPv4-mapped IPv6 range is the IPv4 range that it maps. */
export interface Cidr {
  readonly base: ipaddr.IPv4 | ipaddr.IPv6;
  readonly prefixBits: number;
}

const MAPPED_BITS = 96;
const PREFIX = /^(0|[1-9][0-9]{0,2})$/;

/**
 * Reads `address/bits`, v4 or v6; an address alone is the range of that one. `null` for anything else: no shorthand, no
 * octal or hexadecimal v4 (which systems read differently), no zone, for a zone means nothing on another machine.
 */
export const parseCidr = (text: string): Cidr | null => {
  const [address = '', bits, ...rest] = text.split('/');
  if (rest.length > 0 || address.includes('%')) return null;
  const base = parseAnyAddress(address);
  if (base === null) return null;
  const width = base.kind() === 'ipv4' ? 32 : 128;
  if (bits === undefined) return unmapped(base, width);
  if (!PREFIX.test(bits) || Number(bits) > width) return null;
  return unmapped(base, Number(bits));
};

/**
 * Whether a client's address lies in one of the ranges. An address or a range that cannot be read lies nowhere and
 * contains nothing. `::/0` is every IPv6 address and no IPv4 one, also where a socket shows IPv4 as `::ffff:a.b.c.d`.
 */
export const isInRanges = (ranges: readonly string[], address: string): boolean => {
  const client = parseAddress(address);
  if (client === null) return false;
  return ranges.some((range) => {
    const cidr = parseCidr(range);
    return cidr !== null && contains(cidr, client);
  });
};

/** Whether a text is one address, v4 or v6, as {@link isInRanges} reads it. */
export const isAddress = (text: string): boolean => parseAddress(text) !== null;

const parseAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | null => {
  // A socket names the interface of a link-local peer (`fe80::1%eth0`); it is no part of the address.
  const [bare = ''] = text.split('%', 1);
  const address = parseAnyAddress(bare);
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
};

const parseAnyAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | null => {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  return ipaddr.IPv6.isValid(text) ? ipaddr.IPv6.parse(text) : null;
};

const unmapped = (base: ipaddr.IPv4 | ipaddr.IPv6, prefixBits: number): Cidr =>
  base instanceof ipaddr.IPv6 && base.isIPv4MappedAddress() && prefixBits >= MAPPED_BITS
    ? { base: base.toIPv4Address(), prefixBits: prefixBits - MAPPED_BITS }
    : { base, prefixBits };

/** `match` of the library throws across families; v4 and v6 never contain each other. */
const contains = ({ base, prefixBits }: Cidr, client: ipaddr.IPv4 | ipaddr.IPv6): boolean => {
  if (client instanceof ipaddr.IPv4) return base instanceof ipaddr.IPv4 && client.match(base, prefixBits);
  return base instanceof ipaddr.IPv6 && client.match(base, prefixBits);
};

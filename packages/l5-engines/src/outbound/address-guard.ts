import ipaddr from 'ipaddr.js';
import { isInRanges, parseCidr } from '../address.ts';
import type { AllowedNetwork } from './allowed-network.ts';

/** `network` is the allowed network that an address lies in, null for an address of the public internet. */
export type AddressJudgement = { readonly ok: true; readonly network: string | null } | { readonly ok: false; readonly reason: string };

/**
 * Where clouds tell a machine its own credentials. Refused in allowed networks too: no integration lives there.
 * Sources: the metadata pages of AWS (EC2, ECS, EKS), Google, Azure (WireServer), Alibaba, Oracle, Scaleway, OpenStack.
 */
const METADATA = [
  '169.254.169.0/24', '169.254.170.0/24', '169.254.42.42', '168.63.129.16', '100.100.100.200', '192.0.0.192',
  'fd00:ec2::/32', 'fd20:ce::254', 'fd00:42::42', 'fe80::a9fe:a9fe',
] as const;

/** All of IPv6 that is handed out for the public internet (IANA); everything else is refused unseen. */
const GLOBAL_UNICAST = '2000::/3';
/** RFC 6052, section 2.1: the well-known prefix, with the IPv4 address in the last 32 bits. */
const NAT64 = '64:ff9b::/96';

const WORDS: Readonly<Record<string, string>> = {
  unspecified: 'an unspecified address',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  linkLocal: 'a link-local address',
  loopback: 'a loopback address',
  carrierGradeNat: 'an address of shared address space',
  private: 'a private address',
  uniqueLocal: 'a private address',
};

/**
 * Whether an outbound request may go to this address: one of the public internet, or of a network that the operator allows.
 * An IPv4-mapped address is the IPv4 address that it maps, and one behind the well-known NAT64 prefix no better than
 * what stands in it; other ways of carrying IPv4 in IPv6 (6to4, Teredo, IPv4-compatible, IPv4-translated) are refused.
 * The reason fits behind "it is ".
 */
export const judgeAddress = (text: string, networks: readonly AllowedNetwork[]): AddressJudgement => {
  const address = text.includes('/') ? null : (parseCidr(text)?.base ?? null);
  if (address === null) return { ok: false, reason: 'no IP address' };
  if (isInRanges(METADATA, address.toString())) return { ok: false, reason: 'an address of a metadata service' };
  const network = networks.find(({ ranges }) => isInRanges(ranges, address.toString()));
  if (network !== undefined) return { ok: true, network: network.name };
  if (isInRanges([NAT64], address.toString())) return judgeAddress(behindNat64(address), []);
  const reason = notPublic(address);
  return reason === null ? { ok: true, network: null } : { ok: false, reason };
};

const notPublic = (address: ipaddr.IPv4 | ipaddr.IPv6): string | null => {
  const range: string = address.range();
  const isGlobal = address.kind() === 'ipv4' || isInRanges([GLOBAL_UNICAST], address.toString());
  return range === 'unicast' && isGlobal ? null : (WORDS[range] ?? 'a reserved address');
};

const behindNat64 = (address: ipaddr.IPv4 | ipaddr.IPv6): string => ipaddr.fromByteArray(address.toByteArray().slice(-4)).toString();

import { parseCidr } from '../address.ts';

/** A network that the operator opens to outbound requests by name, although the address guard refuses its addresses otherwise. */
export interface AllowedNetwork {
  readonly name: string;
  /** CIDR ranges, v4 or v6. */
  readonly ranges: readonly string[];
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/**
 * Reads `lab=10.1.0.0/16,127.0.0.0/8; office=192.168.7.0/24`. A range of all addresses is refused: it would not name a
 * network but switch the guard off.
 */
export const parseAllowedNetworks = (text: string): { readonly ok: true; readonly networks: readonly AllowedNetwork[] } | { readonly ok: false; readonly problem: string } => {
  const networks: AllowedNetwork[] = [];
  for (const entry of text.split(';').map((part) => part.trim())) {
    if (entry === '') continue;
    const [name = '', list = '', ...rest] = entry.split('=').map((part) => part.trim());
    if (rest.length > 0 || !NAME.test(name)) return { ok: false, problem: `"${entry}" is not <name>=<range>,<range>: a name has small letters, digits and hyphens` };
    if (networks.some((network) => network.name === name)) return { ok: false, problem: `the network ${name} is named twice` };
    const ranges = list.split(',').map((range) => range.trim());
    for (const range of ranges) {
      const cidr = parseCidr(range);
      if (cidr === null) return { ok: false, problem: `"${range}" of the network ${name} is not a range of addresses, such as 10.1.0.0/16` };
      if (cidr.prefixBits === 0) return { ok: false, problem: `the network ${name} contains every address; name the networks that are meant` };
    }
    networks.push({ name, ranges });
  }
  return { ok: true, networks };
};

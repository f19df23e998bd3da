import { bcryptScan } from './bcrypt-scan.ts';
import { betterAuthPeer } from './better-auth.ts';
import { nothing } from './nothing.ts';
import type { Peer } from './peer.ts';
import { prefixedApiKey } from './prefixed-api-key.ts';
import { bareSelect } from './select.ts';

export const PEER_NAMES = ['nothing', 'select', 'select-pipelined', 'select-coalesced', 'better-auth', 'better-auth-defaults', 'prefixed-api-key', 'bcrypt-scan'] as const;
export type PeerName = (typeof PEER_NAMES)[number];

/** Every peer, by the name that `bin/serve-peer.ts` takes. */
export const PEERS: Readonly<Record<PeerName, Peer>> = {
  nothing,
  select: bareSelect('POOL'),
  'select-pipelined': bareSelect('PIPELINE'),
  'select-coalesced': bareSelect('COALESCED'),
  'better-auth': betterAuthPeer('BEST'),
  'better-auth-defaults': betterAuthPeer('DEFAULT'),
  'prefixed-api-key': prefixedApiKey,
  'bcrypt-scan': bcryptScan,
};

export const isPeerName = (name: string): name is PeerName => Object.hasOwn(PEERS, name);

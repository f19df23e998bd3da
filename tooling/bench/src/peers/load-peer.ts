import { join } from 'node:path';
import { PopulationWriter } from '../load/population-writer.ts';
import { idOf, stateOf } from '../load/population.ts';
import { seededBytes } from '../load/seeded-bytes.ts';
import type { PeerKey } from './peer.ts';
import { PEERS, type PeerName } from './peers.ts';

export interface PeerLoad {
  readonly databaseUrl: string;
  /** Where the population's folder is made. */
  readonly folder: string;
  readonly keys: number;
  readonly unknown?: number;
  /** Uses that each key has left. Default: no end. */
  readonly remaining?: number;
}

/** Stores keys with a peer, as many of them valid as with HOC, and answers the folder of their population. */
export async function loadPeer(name: PeerName, { databaseUrl, folder, keys, unknown = 20_000, remaining }: PeerLoad): Promise<string> {
  const peer = PEERS[name];
  const randomBytes = seededBytes(keys);
  const writer = new PopulationWriter(join(folder, name));
  const stored = Array.from({ length: keys }, (_, number): PeerKey => ({ id: idOf('key', number), token: peer.newToken(randomBytes), isValid: stateOf(number) === 'VALID', remaining: remaining ?? null }));
  await peer.load(databaseUrl, stored);
  writer.known(stored.map(({ token }) => token));
  writer.unknown(Array.from({ length: unknown }, () => peer.newToken(randomBytes)));
  writer.finish({ dialect: 'PEER', tenantIds: [], malformed: ['', 'x', 'null', `${stored[0]?.token ?? ''}x`, 'ключ', 'a'.repeat(4000)] });
  return writer.folder;
}

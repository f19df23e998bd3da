/** What every peer answers to a verification. */
export interface PeerAnswer {
  readonly valid: boolean;
  /** Where it is valid. */
  readonly keyId?: string;
  readonly permissions?: unknown;
}

/** A peer that is ready to verify. */
export interface OpenPeer {
  verify(token: string): Promise<PeerAnswer>;
}

/** A key to store: key number n, with its token. */
export interface PeerKey {
  readonly id: string;
  readonly token: string;
  /** One that is not is stored all the same, and denied. */
  readonly isValid: boolean;
  /** Uses left, for peers that count them; null: no end. */
  readonly remaining: number | null;
}

/** Another way of verifying keys, on a table of its own in the same PostgreSQL. */
export interface Peer {
  /** What it is, and with which settings, in one line. */
  readonly summary: string;
  /** A token as this peer makes them, always of one length. */
  newToken(randomBytes: (length: number) => Uint8Array): string;
  /** Makes its tables in a database, and stores the keys. */
  load(databaseUrl: string, keys: readonly PeerKey[]): Promise<void>;
  open(databaseUrl: string): Promise<OpenPeer>;
}

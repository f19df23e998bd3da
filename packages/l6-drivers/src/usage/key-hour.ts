import { KEY_VERDICTS } from '@hoc/l7-models/enums';

/** How often a key was verified in one hour, by the number of the verdict among {@link KEY_VERDICTS}. */
export interface KeyHour {
  readonly tenantId: string;
  readonly keyId: string;
  /** Hours since 1970. */
  readonly hour: number;
  readonly counts: number[];
  /** Of the last VALID one, in milliseconds since 1970; 0: there was none. */
  lastUsedMs: number;
  address: string | null;
}

export const HOUR_MS = 3_600_000;
export const VALID: number = KEY_VERDICTS.indexOf('VALID');

/** Notes a VALID use. The address of the last one that named one is kept. */
export function noteUse(hour: Pick<KeyHour, 'lastUsedMs' | 'address'>, atMs: number, address: string | null): void {
  if (atMs >= hour.lastUsedMs) {
    hour.address = address ?? hour.address;
    hour.lastUsedMs = atMs;
  } else hour.address ??= address;
}

/** Each hour of a key once. What is given is used up. */
export function merged(hours: readonly KeyHour[]): readonly KeyHour[] {
  const byName = new Map<string, KeyHour>();
  for (const hour of hours) {
    const name = `${hour.tenantId} ${hour.keyId} ${hour.hour}`;
    const known = byName.get(name);
    if (known === undefined) {
      byName.set(name, hour);
      continue;
    }
    for (const [number, count] of hour.counts.entries()) known.counts[number] = (known.counts[number] ?? 0) + count;
    if (hour.lastUsedMs > 0) noteUse(known, hour.lastUsedMs, hour.address);
  }
  return [...byName.values()];
}

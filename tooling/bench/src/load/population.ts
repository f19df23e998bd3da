import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The tokens of a load and what is true of them. Everything but the tokens themselves follows from a token's number, so the
 * driver knows the right answer without asking anybody.
 */
export interface Description {
  /** What verdicts are called: HOC's own codes, or VALID and INVALID. */
  readonly dialect: 'HOC' | 'PEER';
  readonly keys: number;
  /** Tokens in the right form that nobody ever issued. */
  readonly unknown: number;
  /** All of these tokens are so long. */
  readonly tokenBytes: number;
  /** Of key number n: the one at n modulo their number. Empty where the dialect knows none. */
  readonly tenantIds: readonly string[];
  readonly malformed: readonly string[];
  /** Of keys that the server has made itself; all others follow from their numbers. */
  readonly keyIds?: readonly string[];
}

/** What a verification must answer. */
export interface Expected {
  readonly code: string;
  /** Of a key that exists. */
  readonly keyId: string | null;
  readonly tenantId: string | null;
}

/** How a stored key stands. Each state makes one verdict. */
export type KeyState = 'VALID' | 'REVOKED' | 'EXPIRED' | 'FROZEN' | 'PROJECT_NOT_ACTIVE';

/** In a thousand keys. */
const NOT_VALID: readonly (readonly [state: KeyState, of: number])[] = [['REVOKED', 15], ['EXPIRED', 10], ['FROZEN', 15], ['PROJECT_NOT_ACTIVE', 10]];

/** How key number n stands in every population. */
export function stateOf(number: number): KeyState {
  let place = mixed(number) % 1000;
  for (const [state, of] of NOT_VALID) {
    if (place < of) return state;
    place -= of;
  }
  return 'VALID';
}

/** A number that looks like chance, so that neighbours, and the keys of one tenant, are not alike (MurmurHash3's finaliser). */
function mixed(number: number): number {
  let mix = number + 1;
  mix = Math.imul(mix ^ (mix >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}

/** Every so many-th tenant is suspended. */
const SUSPENDED_EACH = 50;
export const isSuspended = (tenant: number): boolean => tenant % SUSPENDED_EACH === SUSPENDED_EACH - 1;

const BASE32 = '0123456789abcdefghjkmnpqrstvwxyz';

/** An id of HOC's form for thing number n. */
export function idOf(prefix: string, number: number): string {
  let digits = '';
  for (let rest = number, place = 0; place < 9; place += 1) {
    digits = BASE32.charAt(rest % 32) + digits;
    rest = Math.floor(rest / 32);
  }
  return `${prefix}_01jzbench00000000${digits}`;
}

/** The right answer about known key number n. */
export function expectedOf({ dialect, tenantIds, keyIds }: Description, number: number): Expected {
  const keyId = keyIds?.[number] ?? idOf('key', number);
  const state = stateOf(number);
  if (dialect === 'PEER') return state === 'VALID' ? { code: 'VALID', keyId, tenantId: null } : { code: 'INVALID', keyId: null, tenantId: null };
  const tenant = number % tenantIds.length;
  const tenantId = tenantIds[tenant] ?? null;
  // REVOKED, EXPIRED and FROZEN come before the tenant's state, the project's comes after it.
  const code = isSuspended(tenant) && (state === 'VALID' || state === 'PROJECT_NOT_ACTIVE') ? 'TENANT_NOT_ACTIVE' : state;
  return { code, keyId, tenantId };
}

/** The right answer about a token that nobody issued, and about one that is none. */
export const expectedOfNone = ({ dialect }: Description, kind: 'UNKNOWN' | 'MALFORMED'): Expected => ({
  code: dialect === 'PEER' ? 'INVALID' : kind === 'UNKNOWN' ? 'NOT_FOUND' : 'MALFORMED', keyId: null, tenantId: null,
});

/** The files of a population: what it is, its tokens one after the other, and those that are unknown. */
export const filesIn = (folder: string): { readonly description: string; readonly known: string; readonly unknown: string } => ({
  description: join(folder, 'population.json'), known: join(folder, 'known.bin'), unknown: join(folder, 'unknown.bin'),
});

/** A population as the driver holds it. */
export interface Population {
  readonly description: Description;
  readonly known: Buffer;
  readonly unknown: Buffer;
}

export function readPopulation(folder: string): Population {
  const files = filesIn(folder);
  const description = JSON.parse(readFileSync(files.description, 'utf8')) as Description; // written by `PopulationWriter`
  const population = { description, known: readFileSync(files.known), unknown: readFileSync(files.unknown) };
  if (population.known.length !== description.keys * description.tokenBytes || population.unknown.length !== description.unknown * description.tokenBytes) {
    throw new Error(`the population in ${folder} is not whole`);
  }
  return population;
}

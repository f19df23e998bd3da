import { typeidUnboxed } from 'typeid-js';

/**
 * What an id names: tenant, project, API key, organization, access token, violation, data-encryption key, onboarding evidence,
 * contact confirmation, attestation challenge, integration, event, webhook endpoint, lease of a key.
 */
export const ID_PREFIXES = ['tnt', 'prj', 'key', 'org', 'tok', 'vio', 'dek', 'evd', 'cnf', 'att', 'int', 'evt', 'whk', 'lse'] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/** A new id: prefixed, unique, and sortable by the time of its making (TypeID: UUIDv7 in base32). */
export const newId = (prefix: IdPrefix): string => typeidUnboxed(prefix);

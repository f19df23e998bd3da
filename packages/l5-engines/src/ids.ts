import { fromString, typeidUnboxed } from 'typeid-js';

/** What an id names: tenant, project, API key, organization, access token, violation, data-encryption key. */
export const ID_PREFIXES = ['tnt', 'prj', 'key', 'org', 'tok', 'vio', 'dek'] as const;
export type IdPrefix = (typeof ID_PREFIXES)[number];

/** A new id: prefixed, unique, and sortable by the time of its making (TypeID: UUIDv7 in base32). */
export const newId = (prefix: IdPrefix): string => typeidUnboxed(prefix);

/** Whether a text has the form of an id of this kind. Says nothing about whether anything has that id. */
export const isId = (prefix: IdPrefix, text: string): boolean => {
  try {
    fromString(text, prefix);
    return true;
  } catch {
    // The library tells a malformed id by throwing; to us it is an answer.
    return false;
  }
};

import type { TenantSettings } from './control-statements.ts';

/** Who may control transactions, how control is written, and what a write is. Paths are globs, from the root. */
export interface TransactionsConfig {
  /** The files that are judged. */
  readonly files: readonly string[];
  /** Of these, the ones that are not. */
  readonly exclude?: readonly string[];
  /** Names of members that begin, mark or end a transaction: `begin`, `commit`, `transaction`. */
  readonly control: readonly string[];
  /** Modules whose exports control transactions, and the files that may import those. An owner may import its own. */
  readonly owners: readonly ControlOwner[];
  /** The files that may do what others may not. An entry that matches no file is an error. */
  readonly allowed: readonly Allowance[];
  /** How SQL shows rows to one tenant: settings and functions that the unit of work alone may touch. */
  readonly tenant: TenantSettings;
  readonly sql: SqlPlaces;
  /** Types of transactions. */
  readonly types: readonly TypeOwner[];
  /** The files in whose signatures no such type may appear. */
  readonly signatures: readonly string[];
  /** Functions that define a write or a part of one. */
  readonly writes: readonly WriteFactory[];
  /** Files of which every function runs inside a write: drivers. Globs. */
  readonly within?: readonly string[];
  readonly foreign: Foreign;
  /** Files that speak to the database in the write's own transaction: what they reach is the transaction's. */
  readonly own?: readonly string[];
}

export interface ControlOwner {
  /** The file, exactly, or `npm:<package>`. */
  readonly module: string;
  readonly exports: readonly string[];
  readonly importers: readonly string[];
}

export interface Allowance {
  readonly path: string;
  readonly may: readonly Permitted[];
  readonly why: string;
}

/** Takes control members; imports what opens transactions; holds control texts; does I/O in a write. */
export type Permitted = (typeof PERMITTED)[number];

/** All that may be permitted. */
export const PERMITTED = ['control-call', 'control-import', 'raw-sql', 'foreign-io'] as const;

/** Where SQL is expected. */
export interface SqlPlaces {
  /** Names of functions and methods whose arguments are SQL. */
  readonly calls: readonly string[];
  /** Of these, the ones whose text must be one that can be told, but for pieces of it: it begins with a word that is written down somewhere. */
  readonly told?: readonly string[];
  /** Properties that hold SQL, in objects and in classes. */
  readonly keys: readonly string[];
  /** Tags of templates that are SQL. */
  readonly tags: readonly string[];
}

export interface TypeOwner {
  /** The file, exactly, or `npm:<package>`. */
  readonly module: string;
  readonly names: readonly string[];
}

export interface WriteFactory {
  /** The file that exports it, exactly, or `npm:<package>`. */
  readonly module: string;
  readonly factory: string;
  /** The functions of a definition that run inside the transaction. */
  readonly inside: readonly string[];
}

/** I/O that is not the transaction's. */
export interface Foreign {
  /** Names of no module, or members of such: `fetch`, `process.stdin`. */
  readonly globals: readonly string[];
  /** `node:<builtin>` or the name of a package; what lies below it counts too. */
  readonly modules: readonly { readonly name: string; readonly except?: readonly string[]; readonly only?: readonly string[] }[];
}

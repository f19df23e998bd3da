import type { Place } from '../core/finding.ts';
import type { Part } from './text-parts.ts';

/** Names, root first; `import:<specifier>` as a root is a module that was asked for in place. */
export type Chain = readonly [string, ...string[]];

/** A member that is taken of something. */
export interface Access extends Place {
  /** The member's name, which may be put together from constants of other files. */
  readonly member: readonly Part[];
  /** What it is taken of, where that has a name at the file's top. */
  readonly of: Chain | null;
}

/** All members at once, or one that nobody can tell, taken of something whose type is written down. */
export interface OpaqueAccess extends Place {
  readonly how: string;
  /** The types that are written down for it. */
  readonly types: readonly Chain[];
}

export interface SqlText extends Place {
  readonly parts: readonly Part[];
  /** Whether it stands where SQL is expected. */
  readonly isSql: boolean;
  /** Whether it must be told what it is. */
  readonly isAsked?: true;
  /** The function of another file that it is handed to, if it is: one that sends what it is handed expects SQL. */
  readonly to: { readonly of: Chain; readonly index: number } | null;
}

export interface TypeUse extends Place {
  readonly of: Chain;
}

/** A name of the file's top, or of no file, that is used. */
export interface Use extends Place {
  readonly of: Chain;
  readonly isGlobal: boolean;
  /** Whether a member is taken of it by a name that cannot be told. */
  readonly isComputed?: true;
  /** Whether it goes where what it is called with cannot be told. */
  readonly isHanded?: true;
}

/** The uses within a piece of text: from the first, up to but without the second. */
export type Range = readonly [from: number, to: number];

/** A call that defines a write, if what is called does. */
export interface Definition extends Place {
  readonly factory: Chain;
  /** What is written down of it, by name of the function. */
  readonly functions: Readonly<Record<string, Range>>;
  /** What holds the rest of it: a name for the whole definition, or something that is spread into it. */
  readonly from: readonly Chain[];
}

/** What one file has to do with transactions. Plain data. */
export interface TransactionsFacts {
  readonly accesses: readonly Access[];
  readonly opaque: readonly OpaqueAccess[];
  readonly texts: readonly SqlText[];
  /** How many texts were looked at. */
  readonly textCount: number;
  /** Texts by the names under which other files reach them: `NAME`, `NAME.member`, `NAME.0`, `name.()`. */
  /** Functions of the file's top that send what they are handed as SQL: at which places of their arguments. */
  readonly senders: Readonly<Record<string, readonly number[]>>;
  readonly constants: Readonly<Record<string, readonly Part[]>>;
  readonly typeUses: readonly TypeUse[];
  /** What a declaration of the file's top is made of, in types. */
  readonly typesBehind: Readonly<Record<string, readonly Chain[]>>;
  /** What a type or class of the file's top is, by another name or with more to it. */
  readonly typesAbove: Readonly<Record<string, readonly Chain[]>>;
  readonly uses: readonly Use[];
  /** What a name of the file's top, or a member of it, uses. */
  readonly units: Readonly<Record<string, Range>>;
  /** What is given later to a name of the file's top, or to a member of it, uses. */
  readonly later: Readonly<Record<string, readonly Range[]>>;
  readonly definitions: readonly Definition[];
  /** Names of the file's top that stand for what a call answered, or hand their parameter to one. */
  readonly relays: Readonly<Record<string, Chain>>;
}

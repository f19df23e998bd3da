import type { LiveRegistry } from './live-registry.ts';

/** What the ownership guard is told. Paths and globs are from the root, with forward slashes. */
export interface OwnershipConfig {
  /** What the composed application has registered. Asked for once a run, and only when the guard runs. */
  readonly live: () => Promise<LiveRegistry>;
  readonly operations: OperationsConfig;
  /** Who may call whose engine and driver. */
  readonly engines?: EnginesConfig;
  /** What the layer above may dispatch. */
  readonly dispatch?: DispatchConfig;
}

/** A function that makes a definition of what it is given. */
export interface Factory {
  /** The file that defines it. */
  readonly module: string;
  readonly name: string;
  /** How many calls it takes: 2 for one that is curried, `factory<Scope>()({ … })`. Default 1. */
  readonly calls?: 1 | 2;
}

/** Where things are defined, and by what. */
export interface DefinitionsConfig {
  /** Globs of the files that define. What is defined elsewhere, in tests say, is nobody's concern. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  readonly factories: readonly Factory[];
  /** The property that names what is defined: an `address` of two parts, an `id`. */
  readonly key: string;
}

/** Where operations are. */
export interface OperationsConfig extends DefinitionsConfig {
  /** The folder of a domain's operations, with `{domain}` for its name: `packages/spine/src/domains/{domain}/`. */
  readonly folder: string;
  /** The domain of an address. Default: what stands before its first point, `_` written as `-`. */
  readonly domainOf?: (address: string) => string;
}

/** Which parts are a domain's own. */
export interface EnginesConfig {
  /** The folders of what only its own domain calls, with `{domain}` for the name. */
  readonly owned: readonly string[];
  /** The folders of those who call: at least those of the operations, and `owned` itself. */
  readonly callers: readonly string[];
  /** Names of such folders that are no domain: what they hold belongs to everybody, and they call whom they must. */
  readonly shared?: readonly string[];
  /** Globs of files that stand between the domains and are all of theirs: they call nobody's engine, or it would be everybody's. */
  readonly common?: readonly string[];
  readonly mayUse?: readonly Permission[];
}

/** What a domain may call beyond its own. */
export interface Permission {
  readonly domain: string;
  /** Files of another domain. */
  readonly uses: readonly string[];
  readonly reason: string;
}

/** Where addresses are dispatched from outside the spine. */
export interface DispatchConfig {
  /** Globs of the files that dispatch. */
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** The folder of a plane, with `{plane}` for its name. What lies elsewhere serves every plane. */
  readonly folder: string;
  /** Globs of the files outside those folders that dispatch none the less: what runs the tables, what no plane asks for. Default: none. */
  readonly outside?: readonly string[];
  /** What an address looks like: a regular expression for the whole of it. */
  readonly address: string;
  /** The property that names the method beside an address: `execute('keys.write', { method: 'create' })`. */
  readonly method: string;
  /** The names of the functions that dispatch. */
  readonly calls: readonly string[];
}

/** The domain of an address, where nothing else is said. */
export const domainOfAddress = (address: string): string => (address.split('.')[0] ?? '').replaceAll('_', '-');

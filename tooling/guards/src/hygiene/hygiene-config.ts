/** What a module may do when it is imported, and how modules may hang together. Paths are globs, from the root. */
export interface HygieneConfig {
  /** The files that are judged. */
  readonly files: readonly string[];
  /** Files that are started, not imported: they may do things. */
  readonly entryPoints: readonly string[];
  /** What reads the environment: `process.env`, `import.meta.env`. */
  readonly environment: readonly string[];
  readonly pure: Pure;
  /** What may be imported for its side effect alone: specifiers. */
  readonly sideEffects?: readonly string[];
  /** The files that may do nothing but hand on what others define: a package's public entry. */
  readonly publicEntries: readonly string[];
  /** The files that may have a default export. */
  readonly defaultExports: readonly string[];
  readonly cycles: {
    /** Whether imports for the compiler alone count. */
    readonly countTypes: boolean;
  };
}

/** What of others only makes values when it is called. */
export interface Pure {
  /** Packages, with what lies below them: `zod`, `drizzle-orm/pg-core`, `node:path`. */
  readonly modules: readonly string[];
  /** Single exports of modules that are not pure as a whole: `node:crypto#createHash`. */
  readonly exports?: readonly string[];
}

/** The groups of code that are mutated, each measured on its own. */
export const GROUP_NAMES = ['kernel', 'invariants', 'decisions'] as const;
export type GroupName = (typeof GROUP_NAMES)[number];

export interface Group {
  readonly name: GroupName;
  /** The lowest score, in percent, that passes. */
  readonly threshold: number;
  /** Globs of what is mutated: a rule, so that a new file is in it. Tests are never mutated. */
  readonly mutate: readonly string[];
  /** What of these is not, file by file and each with why. One that is not there is an error. */
  readonly except: readonly Except[];
  /** Globs of the tests that are there to notice. A summary holds only as long as they are the same. */
  readonly tests: readonly string[];
  /** Globs of what else the tests stand on. When it changes, nothing that was measured before is taken over. */
  readonly surroundings: readonly string[];
}

/** A file that no unit test could notice mutants of, because its work is I/O; tests with I/O hold it. */
export interface Except {
  readonly file: string;
  readonly reason: string;
}

const LOCKED = 'pnpm-lock.yaml';

/** Nothing in what is mutated is spared: no kind of mutant is switched off, and no text is left out. */
export const GROUPS: readonly Group[] = [
  {
    name: 'kernel',
    threshold: 90,
    mutate: ['packages/l4-spine/src/kernel/*.ts'],
    except: [],
    tests: ['packages/l4-spine/src/kernel/*.test.ts'],
    surroundings: ['packages/l4-spine/src/memory/*.ts', 'packages/l4-spine/test/fixtures/*.ts', LOCKED],
  },
  {
    // Whatever states a rule. With 100 there is no place for a survivor with a good reason: the code is written so that it has none.
    name: 'invariants',
    threshold: 100,
    mutate: ['packages/l4-spine/src/domains/**/invariants.ts'],
    except: [],
    tests: ['packages/l4-spine/src/catalogue.test.ts', 'packages/l4-spine/src/domains/**/*.test.ts'],
    surroundings: ['packages/l4-spine/src/**/*.ts', 'packages/l4-spine/test/fixtures/*.ts', 'packages/l5-engines/src/**/*.ts', LOCKED],
  },
  {
    // An engine is all decisions, but for the few files in which HOC sends requests; files that only declare types have no mutants.
    name: 'decisions',
    threshold: 90,
    mutate: ['packages/l5-engines/src/**/*.ts'],
    except: [
      { file: 'packages/l5-engines/src/outbound/dial.ts', reason: 'It opens TCP connections.' },
      { file: 'packages/l5-engines/src/outbound/exchange.ts', reason: 'It sends HTTP over a socket, and reads what comes back.' },
      { file: 'packages/l5-engines/src/outbound/outbound.ts', reason: 'It opens what requests share: the trusted certificates of the platform, DNS, TCP.' },
      { file: 'packages/l5-engines/src/outbound/resolve.ts', reason: 'It asks name servers.' },
      { file: 'packages/l5-engines/src/outbound/secure-channel.ts', reason: 'It does TLS handshakes.' },
    ],
    tests: ['packages/l5-engines/src/**/*.test.ts'],
    surroundings: ['packages/l5-engines/test/*.ts', LOCKED],
  },
];

/** What is never mutated, whatever a glob says. */
export const NEVER_MUTATED: readonly string[] = ['**/*.test.ts', '**/*.test-d.ts'];

import type { ProofSet } from '@hoc/guards/coverage/proof-set';
import type { Command } from './commands/command.ts';
import type { MutationPolicy } from './facts/mutation-policy.ts';
import type { LiveApplication } from './live-application.ts';

/** What a domain promises. The id is canonical: never renamed, never given to another rule. */
export interface DeclaredInvariant {
  /** The anchors that it guards, as the domain's design has them. */
  readonly anchors: readonly string[];
  /** `state`: a predicate over stored rows, which needs a scan. `transition`: it needs the request or the actor. */
  readonly kind: 'state' | 'transition';
  /** When it holds, in one sentence. */
  readonly holds: string;
}

/** An operation that the design has and the registry may not have yet. */
export interface PlannedOperation {
  readonly address: string;
  readonly method: string;
  readonly anchor: string | null;
}

export interface Domain {
  readonly invariants: Readonly<Record<string, DeclaredInvariant>>;
  /** Addresses of its operations; a trailing `*` stands for any rest: `api_keys.*`. */
  readonly addresses: readonly string[];
  /** Runs the domain's runtime proofs. Null: there are none yet, so the domain is PENDING and cannot be closed. */
  readonly suite: Command | null;
  /** For the plan of a domain that is not built yet. */
  readonly planned?: readonly PlannedOperation[];
  /** Why this domain is left out. Closing it then records SKIPPED with this reason, and runs nothing. */
  readonly skip?: string;
}

export interface GovernanceConfig {
  /** Where tracker, evidence, keys and plans live, from the root. Default: `docs/governance`. */
  readonly folder?: string;
  /** In the order of the tracker's rows. */
  readonly domains: Readonly<Record<string, Domain>>;
  /** What must be green for every domain, besides its own suite: the whole suite, the guards. Run in this order. */
  readonly commands: readonly Command[];
  /** Composes the application on a fresh installation, asks it, and lets it go again. */
  readonly live: () => Promise<LiveApplication>;
  /** Where the proofs of a run stand, what they depend on, and what makes them. The guards read the same. */
  readonly proofs: ProofSet;
  /** What must be mutated, and what came of it. */
  readonly mutation: MutationPolicy & {
    /** The summary (format `hoc.mutation/1`), path from the root. */
    readonly summary: string;
    /** The command that writes it, for remedies: `pnpm mutate`. */
    readonly madeBy: string;
  };
  /** Packages whose versions the evidence records, besides node, pnpm and git. */
  readonly tools: readonly string[];
  /** Files that configure the commands; the evidence records their digests. Paths from the root. */
  readonly configuration: readonly string[];
  /** Environment variable that names the PEM file of an Ed25519 key to sign with. Default: `GOVERNANCE_KEY_FILE`. */
  readonly signingKeyVariable?: string;
  /** How an iteration is taken back here, beyond reverting its commits: sentences for the plans. */
  readonly rollback?: readonly string[];
  /** How people here call the tool, for remedies and plans. Default: `hoc-governance`. */
  readonly calledAs?: string;
}

/** Types a `governance.config.ts`. */
export const defineGovernance = (config: GovernanceConfig): GovernanceConfig => config;

import type { Finding } from '../core/finding.ts';
import type { Workspace } from '../core/workspace.ts';
import type { Permitted, TransactionsConfig } from './transactions-config.ts';
import type { TransactionsFacts } from './transactions-facts.ts';

/** What all judgements of transactions look at. */
export interface Scene {
  readonly workspace: Workspace;
  readonly config: TransactionsConfig;
  /** The files that are judged. */
  readonly paths: readonly string[];
  readonly facts: (path: string) => TransactionsFacts;
  /** Whether a file may do what others may not: to be asked of what would be a finding otherwise. */
  readonly may: (path: string, what: Permitted) => boolean;
}

/** What one of them found, and how much it looked at. */
export interface Judged {
  readonly findings: readonly Finding[];
  readonly examined: number;
}

import type { Denied, InvariantId, Standing } from './rules.ts';
import type { Answer } from './answer.ts';
import type { Actor, Json, ModelTenant, Plane, State } from './state.ts';

/** Who asks, as authentication found it. */
export interface Asker extends Actor {
  readonly tenantId: string | null;
  readonly permissions: ReadonlySet<string>;
}

/** One question to an operation, past authority. */
export interface Question<Input> {
  readonly state: State;
  readonly now: number;
  readonly asker: Asker;
  /** The tenant that it is about, or `platform`. */
  readonly tenantId: string;
  readonly tenant: ModelTenant | null;
  readonly input: Input;
}

interface OperationBase<Input> {
  readonly address: readonly [string, string];
  readonly planes: readonly Plane[];
  readonly permission: string;
  /** Whether it works on a tenant, on the platform, or on whichever is named. */
  readonly tenancy: 'tenant' | 'platform' | 'either';
  /** Whether the input is one that no state could make good. */
  isMalformed?(input: Input): boolean;
}

/** What a write that goes well does: takes over what only the system can choose (ids, tokens), changes the state, and says the whole answer. */
export type Effect = (answer: Answer) => Json;

export interface WriteModel<Input> extends OperationBase<Input> {
  readonly kind: 'write';
  readonly anchor: string;
  /** Whether it works while the installation is degraded: protective steps do. */
  readonly isProtective: boolean;
  rules(question: Question<Input>): readonly (readonly [InvariantId, Standing])[];
  run(question: Question<Input>): Denied | Effect;
  /** Rules about what the write has left. */
  rulesAfter?(question: Question<Input>): readonly (readonly [InvariantId, Standing])[];
  /** What the audit entry is about; `answer` is null where nothing was written. */
  subject(question: Question<Input>, answer: Json | null): string | null;
  /** What a replay tells instead of the first answer: never a token. */
  replay?(answer: Json): Json;
}

export interface ReadModel<Input> extends OperationBase<Input> {
  readonly kind: 'read' | 'decide';
  /** A list: its pages, one after the other, are the whole answer. */
  readonly isPaged?: true;
  /** What of an answer the model has an opinion on; all of it where this is missing. */
  view?(answer: unknown): unknown;
  run(question: Question<Input>): Denied | { readonly value: Json };
}

export type OperationModel<Input> = WriteModel<Input> | ReadModel<Input>;

export const actorOf = ({ plane, id, name }: Asker): Actor => ({ plane, id, name });

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

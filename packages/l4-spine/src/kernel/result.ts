import { immutable } from './immutable.ts';
import type { Severity } from './mode.ts';
import type { OutboxEvent } from './outbox-event.ts';

/** A broken invariant as the caller is told of it. */
export interface Violation {
  readonly invariantId: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remediation: string;
}

/** One thing wrong with the input; `path` is a JSON Pointer (RFC 6901) into it. */
export interface InputError {
  readonly path: string;
  readonly message: string;
}

/** A refusal. It is a value, safe to show to the caller as it stands; never the text of an exception. */
export interface Denial {
  readonly code: string;
  /** HTTP status that fits; other surfaces may ignore it. */
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly InputError[];
  /** Every broken invariant that stopped the write, the most severe first, then by id. */
  readonly violations?: readonly Violation[];
  readonly retryAfterSeconds?: number;
  /** What a declared rejection carries beyond its sentence. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/**
 * What `execute` answers. `replayed`: this is the first answer to the same idempotency key, told again from its JSON
 * (so a date is its ISO 8601 text).
 */
export type Result<Value> =
  | { readonly ok: true; readonly value: Value; readonly replayed: boolean; readonly requestId: string }
  | { readonly ok: false; readonly denial: Denial };

/** What a handler answers: a value, and what the outbox is to tell that the value does not say; or one of the rejections that its operation declares. */
export type Outcome<Value, Code extends string> =
  | Success<Value>
  | { readonly ok: false; readonly rejection: Rejection<Code> };

export interface Success<Value> {
  readonly ok: true;
  readonly value: Value;
  /** Of a write alone. */
  readonly events?: readonly OutboxEvent[];
  /** Of a write alone, see {@link okUnderway}. */
  readonly underway?: readonly Promise<unknown>[];
}

export interface Rejection<Code extends string> {
  readonly code: Code;
  readonly detail: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** When the same may succeed, in whole seconds from now. */
  readonly retryAfterSeconds?: number;
}

/**
 * The handler's good answer. `events` are told after those of the operation's own `events`: for what the answer must not hold, and
 * the handler alone knows.
 */
export const ok = <Value>(value: Value, events?: readonly OutboxEvent[]): Success<Value> => (events === undefined ? { ok: true, value } : { ok: true, value, events });

/**
 * The same of a write whose statements are `underway`: sent, and not waited for. They go out with the record of the write and its commit, which
 * saves the write a round trip; where one of them fails, nothing is committed, and the write fails as if it had been waited for.
 * INVARIANT: only what the database alone can refuse. A check of ours on an answer would come after the commit.
 */
export const okUnderway = <Value>(value: Value, events: readonly OutboxEvent[], underway: readonly Promise<unknown>[]): Success<Value> => ({ ok: true, value, events, underway });

export const reject = <const Code extends string>(
  code: Code,
  detail: string,
  data?: Readonly<Record<string, unknown>>,
): { readonly ok: false; readonly rejection: Rejection<Code> } => ({
  ok: false,
  rejection: data === undefined ? { code, detail } : { code, detail, data },
});

/** The same of what may succeed later, in so many whole seconds from now. */
export const rejectForNow = <const Code extends string>(code: Code, detail: string, retryAfterSeconds: number): { readonly ok: false; readonly rejection: Rejection<Code> } => ({
  ok: false, rejection: { code, detail, retryAfterSeconds },
});

/** The result of what went well. Immutable. */
export const succeeded = <Value>(value: Value, requestId: string, replayed = false): Result<Value> =>
  immutable({ ok: true as const, value, replayed, requestId });

/** The result of a refusal. Immutable. */
export const denied = (denial: Denial): Result<never> => immutable({ ok: false as const, denial });

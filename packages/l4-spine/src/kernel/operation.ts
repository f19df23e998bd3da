import type { z } from 'zod';
import { callSite } from './call-site.ts';
import type { AnyFact, Fact, FactInput } from './fact.ts';
import type { AnyInvariant, Invariant } from './invariant.ts';
import type { OutboxEvent } from './outbox-event.ts';
import type { Plane } from './principal.ts';
import type { Request } from './request.ts';
import type { Outcome } from './result.ts';

/**
 * Which tenant an operation works on.
 * - `tenant`: the principal's own on the `cus` plane, the call's `tenantId` on the others;
 * - `platform`: none, whatever the call says;
 * - `either`: the call's `tenantId` where it has one, else the platform.
 */
export type Tenancy = 'tenant' | 'platform' | 'either';

/** A refusal of the operation's own, declared with its HTTP status and a title. */
export interface RejectionKind {
  readonly status: number;
  readonly title: string;
}

/** Why a write is guarded by no invariant. Shown in the catalogue. */
export interface Exemption {
  readonly reason: string;
}

type Rejections = Readonly<Record<string, RejectionKind>>;
type CodeOf<R extends Rejections> = Extract<keyof R, string>;

interface OperationBase<In extends z.ZodType, Out, R extends Rejections> {
  /** Where it is defined, for errors. Set by the functions that define operations. */
  readonly place: string;
  readonly planes: readonly Plane[];
  /** The permission that the principal must hold; null: any principal of the planes. */
  readonly permission: string | null;
  readonly summary: string;
  readonly input: In;
  /** The shape of the answer, for documentation and serialisation; never a place for rules. */
  readonly output: z.ZodType<Out>;
  readonly rejections: R;
}

export interface ReadCall<In, Scope> {
  readonly request: Request<In>;
  readonly scope: Scope;
}

/** A read: a scope that only reads, in a read-only transaction. */
export interface ReadOperation<Scope, A extends string, M extends string, In extends z.ZodType, Out, R extends Rejections>
  extends OperationBase<In, Out, R> {
  readonly kind: 'read';
  readonly address: readonly [operation: A, method: M];
  readonly anchor: string | null;
  readonly tenancy: Tenancy;
  /** Rules about the request alone: a read takes no locks, so it has no facts that would still hold when it answers. */
  readonly invariants?: readonly FactlessInvariant[];
  run(call: ReadCall<z.output<In>, Scope>): Promise<Outcome<Out, CodeOf<R>>>;
}

/** A rule that needs nothing but the request. */
export type FactlessInvariant = Invariant<string, readonly [], never>;

export interface DecideCall<In, Scope> {
  readonly request: Omit<Request<In>, 'principal'> & { readonly principal: Request<In>['principal'] | null };
  readonly scope: Scope;
}

/** What a decision may ask before anybody knows whether its caller may have it. */
export interface AheadCall<In, Scope> {
  readonly input: In;
  readonly scope: Scope;
}

/** A decision of the data plane: key truth and meters, no transaction. With no planes it is open to the unauthenticated. */
export interface DecideOperation<Scope, A extends string, M extends string, In extends z.ZodType, Out, R extends Rejections, Ahead = unknown>
  extends OperationBase<In, Out, R> {
  readonly kind: 'decide';
  readonly address: readonly [operation: A, method: M];
  /**
   * What the handler will need of the truth in any case, asked while it is still being found out who calls, so that both are one round trip.
   * INVARIANT: it only reads. Its caller may turn out to be nobody, and then nothing of it is told, and nothing may have come of it.
   */
  ahead?(call: AheadCall<z.output<In>, Scope>): Promise<Ahead>;
  run(call: DecideCall<z.output<In>, Scope> & { readonly ahead: NoInfer<Promise<Ahead>> }): Promise<Outcome<Out, CodeOf<R>>>;
}

type NeedsOf<I> = I extends Invariant<string, infer Needs, never> ? Needs[number] : never;

/** The union of the facts that a list of invariants brings along, by name. */
export type FactsOf<Invariants extends readonly AnyInvariant[]> = {
  readonly [F in NeedsOf<Invariants[number]> as F extends AnyFact ? F['name'] : never]: F extends Fact<string, infer Value, never, never>
    ? Value
    : never;
};

/** Every invariant must guard the operation's anchor and understand its input; else its place has type never. */
type Guarding<Anchor extends string, In, Invariants extends readonly AnyInvariant[]> = {
  readonly [K in keyof Invariants]: Invariants[K] extends Invariant<infer Guards, infer Needs, infer Input>
    ? Anchor extends Guards
      ? In extends Input & FactInput<Needs>
        ? Invariants[K]
        : never
      : never
    : never;
};

export interface WriteCall<In, Facts, Scope> {
  readonly request: Request<In>;
  readonly facts: Facts;
  readonly scope: Scope;
}

/** What a write may ask before its transaction begins: reads of its tenant, each in a read-only transaction of its own, and what decisions stand on. */
export interface Outside<Read, Decide> {
  read<Value>(work: (scope: Read) => Promise<Value>): Promise<Value>;
  readonly decide: Decide;
}

/** What a write may ask with its facts, for its handler. */
export interface WriteAheadCall<In, Scope> {
  readonly request: Request<In>;
  readonly scope: Scope;
}

export interface PrepareCall<In, Out> {
  readonly request: Request<In>;
  readonly outside: Out;
}

/** A write: exactly one transaction, opened and ended by the kernel; guarded by invariants, or exempt in writing. */
export interface WriteOperation<
  Scope,
  A extends string,
  M extends string,
  Anchor extends string,
  In extends z.ZodType,
  Out,
  Invariants extends readonly AnyInvariant[],
  R extends Rejections,
> extends OperationBase<In, Out, R> {
  readonly kind: 'write';
  readonly address: readonly [operation: A, method: M];
  readonly anchor: Anchor;
  readonly tenancy: Tenancy;
  /** Whether the operation still works while the installation is degraded: protective steps do. */
  readonly whenDegraded: 'allowed' | 'refused';
  readonly invariants: Invariants;
  readonly exemption?: Exemption;
  /** The id that the audit entry is about; `value` is null where the write was denied or failed. */
  subject(request: Request<z.output<In>>, value: Out | null): string | null;
  /** What a replay under the same idempotency key answers; by default the first answer. Required where that holds a secret. */
  replay?(value: Out): unknown;
  /**
   * What takes longer than a transaction may stay open: done once, for a caller with authority, before the transaction begins.
   * INVARIANT: what it answers has aged by the time the handler gets it. The handler believes it only as far as the rows that it
   * holds are still those that were prepared for.
   */
  prepare?(call: PrepareCall<z.output<In>, never>): Promise<unknown>;
  /**
   * What the handler will need besides the facts, and no rule stands on: sent after all locks have been, in the round trip of the facts.
   * INVARIANT: it only reads. No rule has allowed the write yet.
   */
  ahead?(call: WriteAheadCall<z.output<In>, never>): Promise<unknown>;
  /** What the outbox tells of the write, in its transaction; the handler may tell more, see `ok`. Only on a storage that has an outbox. */
  events?(request: Request<z.output<In>>, value: Out): readonly OutboxEvent[];
  run(call: WriteCall<z.output<In>, FactsOf<Invariants>, Scope>): Promise<Outcome<Out, CodeOf<R>>>;
}

/** Defines a write over the scope `Scope`. Curried, because TypeScript cannot infer some type parameters and take others. */
export const writeOperation =
  <Scope>() =>
  <
    const A extends `${string}.write`,
    const M extends string,
    const Anchor extends string,
    In extends z.ZodType,
    Out,
    const Invariants extends readonly AnyInvariant[],
    const R extends Rejections,
  >(
    definition: Omit<WriteOperation<Scope, A, M, Anchor, In, Out, Invariants, R>, 'kind' | 'place' | 'ahead'> & {
      readonly invariants: Guarding<Anchor, z.output<In>, Invariants>;
    },
  ): WriteOperation<Scope, A, M, Anchor, In, Out, Invariants, R> => ({ ...definition, kind: 'write', place: callSite() });

/** Defines a write over the scope `Scope` that asks for something ahead; what it asks for stands on `Reads`, the part of the scope that only reads. */
export const aheadWriteOperation =
  <Scope extends Reads, Reads>() =>
  <
    const A extends `${string}.write`,
    const M extends string,
    const Anchor extends string,
    In extends z.ZodType,
    Out,
    Ahead,
    const Invariants extends readonly AnyInvariant[],
    const R extends Rejections,
  >(
    definition: Omit<WriteOperation<Scope, A, M, Anchor, In, Out, Invariants, R>, 'kind' | 'place' | 'prepare' | 'ahead' | 'run'> & {
      readonly invariants: Guarding<Anchor, z.output<In>, Invariants>;
      readonly ahead: (call: WriteAheadCall<z.output<In>, Reads>) => Promise<Ahead>;
      readonly run: (call: WriteCall<z.output<In>, FactsOf<Invariants>, Scope> & { readonly ahead: NoInfer<Promise<Ahead>> }) => Promise<Outcome<Out, CodeOf<R>>>;
    },
    // The kernel hands to `run` what this very `ahead` has asked for, which the type of a write does not tell.
  ): WriteOperation<Scope, A, M, Anchor, In, Out, Invariants, R> => ({ ...definition, kind: 'write', place: callSite() });

/** Defines a write that prepares something before its transaction begins, over the scope `Scope`; what it prepares stands on the scopes `Read` and `Decide`. */
export const preparedWriteOperation =
  <Scope, Read, Decide>() =>
  <
    const A extends `${string}.write`,
    const M extends string,
    const Anchor extends string,
    In extends z.ZodType,
    Out,
    Prepared,
    const Invariants extends readonly AnyInvariant[],
    const R extends Rejections,
  >(
    definition: Omit<WriteOperation<Scope, A, M, Anchor, In, Out, Invariants, R>, 'kind' | 'place' | 'prepare' | 'ahead' | 'run'> & {
      readonly invariants: Guarding<Anchor, z.output<In>, Invariants>;
      readonly prepare: (call: PrepareCall<z.output<In>, Outside<Read, Decide>>) => Promise<Prepared>;
      readonly run: (call: WriteCall<z.output<In>, FactsOf<Invariants>, Scope> & { readonly prepared: NoInfer<Prepared> }) => Promise<Outcome<Out, CodeOf<R>>>;
    },
    // The kernel hands to `run` what this very `prepare` has answered, which the type of a write does not tell.
  ): WriteOperation<Scope, A, M, Anchor, In, Out, Invariants, R> => ({ ...definition, kind: 'write', place: callSite() });

/** Defines a read over the scope `Scope`. A read may stand on a write address where clients rely on it. */
export const readOperation =
  <Scope>() =>
  <const A extends string, const M extends string, In extends z.ZodType, Out, const R extends Rejections>(
    definition: Omit<ReadOperation<Scope, A, M, In, Out, R>, 'kind' | 'place'>,
  ): ReadOperation<Scope, A, M, In, Out, R> => ({ ...definition, kind: 'read', place: callSite() });

/** Defines a decision over the scope `Scope`. */
export const decideOperation =
  <Scope>() =>
  <const A extends `${string}.query`, const M extends string, In extends z.ZodType, Out, const R extends Rejections>(
    definition: Omit<DecideOperation<Scope, A, M, In, Out, R>, 'kind' | 'place' | 'ahead' | 'run'> & Pick<DecideOperation<Scope, A, M, In, Out, R, never>, 'run'>,
  ): DecideOperation<Scope, A, M, In, Out, R, never> => ({ ...definition, kind: 'decide', place: callSite() });

/** Defines a decision over the scope `Scope` that asks for something ahead; what it asks for stands on `Reads`, the part of the scope that only reads. */
export const decideAheadOperation =
  <Scope extends Reads, Reads>() =>
  <const A extends `${string}.query`, const M extends string, In extends z.ZodType, Out, const R extends Rejections, Ahead>(
    definition: Omit<DecideOperation<Scope, A, M, In, Out, R, Ahead>, 'kind' | 'place' | 'ahead'> & {
      readonly ahead: (call: AheadCall<z.output<In>, Reads>) => Promise<Ahead>;
    },
  ): DecideOperation<Scope, A, M, In, Out, R, Ahead> => ({ ...definition, kind: 'decide', place: callSite() });

/** Any write: what its functions take is `never`, so that nobody can call them without knowing which operation it is. */
export interface AnyWrite extends OperationBase<z.ZodType, unknown, Rejections>, Pick<
  WriteOperation<never, string, string, string, z.ZodType, unknown, readonly AnyInvariant[], Rejections>,
  'kind' | 'address' | 'anchor' | 'tenancy' | 'whenDegraded' | 'invariants' | 'exemption'
> {
  subject(request: never, value: never): string | null;
  replay?(value: never): unknown;
  prepare?(call: never): Promise<unknown>;
  ahead?(call: never): Promise<unknown>;
  events?(request: never, value: never): readonly OutboxEvent[];
  run(call: WriteCall<never, never, never>): Promise<Outcome<unknown, string>>;
}

/** Any read, in the same way. */
export interface AnyRead extends OperationBase<z.ZodType, unknown, Rejections>, Pick<
  ReadOperation<never, string, string, z.ZodType, unknown, Rejections>,
  'kind' | 'address' | 'anchor' | 'tenancy' | 'invariants'
> {
  run(call: ReadCall<never, never>): Promise<Outcome<unknown, string>>;
}

/** Any decision, in the same way. */
export interface AnyDecide extends OperationBase<z.ZodType, unknown, Rejections>, Pick<
  DecideOperation<never, string, string, z.ZodType, unknown, Rejections>,
  'kind' | 'address'
> {
  ahead?(call: AheadCall<never, never>): Promise<unknown>;
  run(call: DecideCall<never, never> & { readonly ahead: never }): Promise<Outcome<unknown, string>>;
}

export type AnyOperation = AnyWrite | AnyRead | AnyDecide;

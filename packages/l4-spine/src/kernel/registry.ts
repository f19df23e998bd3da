import { randomUUID } from 'node:crypto';
import type { Call } from './call.ts';
import { dispatchDecide, dispatchRead } from './dispatch-read.ts';
import { dispatchWrite } from './dispatch-write.ts';
import type { AnyInvariant } from './invariant.ts';
import type { Kernel } from './kernel.ts';
import type { AnyOperation } from './operation.ts';
import { planWrite, RegistryError, type WritePlan } from './plan.ts';
import type { Plane } from './principal.ts';
import { denied, type Result } from './result.ts';
import { faultsOf } from './soundness.ts';

export interface RegistryOptions<Write, Read, Decide> extends Omit<Kernel<Write, Read, Decide>, 'defaultMode' | 'clock' | 'evaluationTimeoutMs'> {
  /** The names of all facts that take a lock, in the one order in which every write takes them. */
  readonly lockOrder: readonly string[];
  /** Default: STRICT. */
  readonly defaultMode?: Kernel<Write, Read, Decide>['defaultMode'];
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** Default: 5000. */
  readonly evaluationTimeoutMs?: number;
}

/** An operation as the live catalogue shows it. */
export interface OperationDescription {
  readonly address: string;
  readonly method: string;
  readonly kind: AnyOperation['kind'];
  readonly anchor: string | null;
  readonly planes: readonly Plane[];
  readonly permission: string | null;
  readonly summary: string;
  readonly invariants: readonly string[];
  readonly exemption?: string;
}

type Entry = { readonly kind: 'write'; readonly plan: WritePlan } | { readonly kind: 'read' | 'decide'; readonly operation: Exclude<AnyOperation, { kind: 'write' }> };

/**
 * The single execution authority: whatever HOC does, it does through {@link Registry.execute}.
 * Operations and invariants are registered once, at boot; {@link Registry.freeze} checks that they fit together and
 * compiles them; only then can anything be executed, and nothing can be added.
 */
export class Registry<Write, Read, Decide> {
  readonly #kernel: Kernel<Write, Read, Decide>;
  readonly #lockOrder: readonly string[];
  readonly #operations = new Map<string, AnyOperation>();
  readonly #invariants = new Map<string, AnyInvariant>();
  #compiled: ReadonlyMap<string, ReadonlyMap<string, Entry>> | null = null;

  constructor({ lockOrder, defaultMode = 'STRICT', clock = () => new Date(), evaluationTimeoutMs = 5000, ...rest }: RegistryOptions<Write, Read, Decide>) {
    this.#kernel = { ...rest, defaultMode, clock, evaluationTimeoutMs };
    this.#lockOrder = lockOrder;
  }

  /** Adds operations and the invariants that guard them. A name that is taken is an error that names both places. */
  register({ operations = [], invariants = [] }: { readonly operations?: readonly AnyOperation[]; readonly invariants?: readonly AnyInvariant[] }): this {
    if (this.#compiled !== null) throw new RegistryError('The registry is frozen: operations and invariants are registered before freeze().');
    for (const operation of operations) {
      const key = operation.address.join(' ');
      const known = this.#operations.get(key);
      if (known !== undefined) throw new RegistryError(`The operation ${key} is registered twice: at ${known.place} and at ${operation.place}. Remove or rename one.`);
      this.#operations.set(key, Object.freeze(operation));
    }
    for (const invariant of invariants) {
      const known = this.#invariants.get(invariant.id);
      if (known !== undefined) throw new RegistryError(`The invariant ${invariant.id} is registered twice: at ${known.place} and at ${invariant.place}. Ids are never reused.`);
      this.#invariants.set(invariant.id, Object.freeze(invariant));
    }
    return this;
  }

  /** Checks that every rule can be reached and every write is guarded, and compiles. Throws {@link RegistryError} with all faults. */
  freeze(): this {
    if (this.#compiled !== null) return this;
    const operations = [...this.#operations.values()];
    const faults = faultsOf(operations, this.#invariants, { lockOrder: this.#lockOrder, hasOutbox: this.#kernel.storage.hasOutbox ?? false });
    if (faults.length > 0) throw new RegistryError(`The registry cannot be frozen:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    const compiled = new Map<string, Map<string, Entry>>();
    for (const operation of operations) {
      const [address, method] = operation.address;
      const methods = compiled.get(address) ?? new Map<string, Entry>();
      methods.set(method, operation.kind === 'write' ? { kind: 'write', plan: planWrite(operation, this.#lockOrder) } : { kind: operation.kind, operation });
      compiled.set(address, methods);
    }
    this.#compiled = compiled;
    return this;
  }

  /**
   * Runs one operation. Never rejects for anything that a caller or the database can cause: refusals and outages are
   * values. Rejects only before {@link Registry.freeze}.
   */
  execute(address: string, call: Call): Promise<Result<unknown>> {
    if (this.#compiled === null) return Promise.reject(new RegistryError('The registry is not frozen yet: call freeze() once everything is registered.'));
    const requestId = call.requestId ?? randomUUID();
    const entry = this.#compiled.get(address)?.get(call.method);
    if (entry === undefined) {
      return Promise.resolve(denied({ code: 'UNKNOWN_OPERATION', status: 404, detail: 'There is no such operation.', requestId }));
    }
    if (entry.kind === 'write') return dispatchWrite(this.#kernel, entry.plan, call, requestId);
    return entry.operation.kind === 'read'
      ? dispatchRead(this.#kernel, entry.operation, call, requestId)
      : dispatchDecide(this.#kernel, entry.operation, call, requestId);
  }

  /**
   * {@link Storage.moment}; null where storage does not tell. Callers that ask the same thing of a decision, and come while it stays the same and the
   * decision is not made yet, may share one: it is as exact for each of them as one of their own.
   */
  moment(): number | null {
    return this.#kernel.storage.moment?.() ?? null;
  }

  /** The live catalogue, in the order of registration. */
  describe(): readonly OperationDescription[] {
    return [...this.#operations.values()].map((operation) => ({
      address: operation.address[0], method: operation.address[1], kind: operation.kind,
      anchor: operation.kind === 'decide' ? null : operation.anchor,
      planes: operation.planes, permission: operation.permission, summary: operation.summary,
      invariants: operation.kind === 'decide' ? [] : (operation.invariants ?? []).map(({ id }) => id),
      ...(operation.kind === 'write' && operation.exemption !== undefined ? { exemption: operation.exemption.reason } : {}),
    }));
  }

  /** Every registered operation, for those who document or bind them. */
  operation(address: string, method: string): AnyOperation | undefined {
    return this.#operations.get(`${address} ${method}`);
  }
}


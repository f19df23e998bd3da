import { authorize, tenantOf } from './authority.ts';
import type { Call } from './call.ts';
import { notFound } from './evaluation.ts';
import type { AnyKernel } from './kernel.ts';
import type { AnyDecide, AnyOperation, AnyRead } from './operation.ts';
import { invalidInput, parseInput } from './parse.ts';
import { denialOfRejection } from './rejection.ts';
import type { Principal } from './principal.ts';
import { PLATFORM } from './request.ts';
import { refusalOfRead } from './read-rules.ts';
import { denied, succeeded, type Outcome, type Result } from './result.ts';
import { unavailable, unexpected } from './trouble.ts';

type Run = (call: { readonly request: unknown; readonly scope: unknown }) => Promise<Outcome<unknown, string>>;

/** Runs one read: authority, input, then the handler in a read-only transaction. Never rejects. */
export async function dispatchRead(kernel: AnyKernel, operation: AnyRead, call: Call, requestId: string): Promise<Result<unknown>> {
  try {
    const authority = authorize(operation, await call.principal);
    if (!authority.allowed) return denied({ ...authority.refusal, requestId });
    const { principal } = authority;
    const tenantId = tenantOf(operation.tenancy, principal, call.tenantId);
    if (tenantId === null) return denied(notFound(requestId));
    const parsed = parseInput(operation.input, call.input);
    if (!parsed.ok) return denied(invalidInput(parsed.errors, requestId));
    const request = Object.freeze({ principal, tenantId, input: parsed.input, now: kernel.clock(), requestId });
    const refusal = await refusalOfRead(kernel, operation, request);
    if (refusal !== null) return denied(refusal);
    // The handler's parameter types were checked where the operation is defined and are erased in AnyRead.
    const run = operation.run as Run;
    return resultOf(operation, requestId, await kernel.storage.read(tenantId, (scope) => run({ request, scope })));
  } catch (error) {
    return failed(kernel, operation, requestId, error);
  }
}

/** Runs one decision of the data plane: no transaction, exact at the instant of its statements. Never rejects. */
export async function dispatchDecide(kernel: AnyKernel, operation: AnyDecide, { principal: caller, input }: Call, requestId: string): Promise<Result<unknown>> {
  try {
    const isOpen = operation.planes.length === 0;
    const scope = kernel.storage.decide;
    const parsed = parseInput(operation.input, input);
    let ahead: Promise<unknown> | undefined;
    let principal: Principal | null;
    if (caller instanceof Promise) {
      if (parsed.ok) ahead = askedAhead(operation, parsed.input, scope);
      principal = await caller;
    } else {
      principal = caller;
    }
    if (!isOpen) {
      const authority = authorize(operation, principal);
      if (!authority.allowed) return denied({ ...authority.refusal, requestId });
    }
    if (!parsed.ok) return denied(invalidInput(parsed.errors, requestId));
    ahead ??= askedAhead(operation, parsed.input, scope);
    const request = Object.freeze({ principal, tenantId: principal?.tenantId ?? PLATFORM, input: parsed.input, now: kernel.clock(), requestId });
    // As above.
    const run = operation.run as (call: { readonly request: unknown; readonly scope: unknown; readonly ahead: unknown }) => Promise<Outcome<unknown, string>>;
    return resultOf(operation, requestId, await run({ request, scope, ahead }));
  } catch (error) {
    return failed(kernel, operation, requestId, error);
  }
}

/** Asks what the operation asks ahead. Where the caller turns out to be nobody, nobody waits for the answer. */
function askedAhead({ ahead }: AnyDecide, input: unknown, scope: unknown): Promise<unknown> | undefined {
  // Its parameter types were checked where the operation is defined and are erased in AnyDecide.
  const answer = (ahead as ((call: { readonly input: unknown; readonly scope: unknown }) => Promise<unknown>) | undefined)?.({ input, scope });
  answer?.catch(ignore);
  return answer;
}

const ignore = (): void => {};

function resultOf(operation: AnyOperation, requestId: string, outcome: Outcome<unknown, string>): Result<unknown> {
  return outcome.ok ? succeeded(outcome.value, requestId) : denied(denialOfRejection(operation, outcome.rejection, requestId));
}

/** What is thrown becomes a denial that says nothing of it. */
function failed(kernel: AnyKernel, { address }: AnyOperation, requestId: string, error: unknown): Result<unknown> {
  kernel.reporter.failure({ requestId, address: address[0], method: address[1], error });
  return denied(kernel.storage.classify(error) === 'BUG' ? unexpected(requestId) : unavailable(requestId));
}

import { authorize, tenantOf } from './authority.ts';
import type { Call } from './call.ts';
import { notFound } from './evaluation.ts';
import { immutable } from './immutable.ts';
import type { Kernel } from './kernel.ts';
import type { AnyDecide, AnyOperation, AnyRead } from './operation.ts';
import { parseInput } from './parse.ts';
import { denied, succeeded, type Denial, type Outcome, type Result } from './result.ts';
import { unavailable, unexpected } from './trouble.ts';

type Run = (call: { readonly request: unknown; readonly scope: unknown }) => Promise<Outcome<unknown, string>>;

/** Runs one read: authority, input, then the handler in a read-only transaction. Never rejects. */
export async function dispatchRead<W, R, D>(kernel: Kernel<W, R, D>, operation: AnyRead, call: Call, requestId: string): Promise<Result<unknown>> {
  const authority = authorize(operation, call.principal);
  if (!authority.allowed) return denied({ ...authority.refusal, requestId });
  const { principal } = authority;
  const tenantId = tenantOf(operation.tenancy, principal, call.tenantId);
  if (tenantId === null) return denied(notFound(requestId));
  const parsed = parseInput(operation.input, call.input);
  if (!parsed.ok) return denied(invalid(requestId, parsed.errors));
  const request = { principal, tenantId, input: parsed.input, now: kernel.clock(), requestId };
  // The handler's parameter types were checked where the operation is defined and are erased in AnyRead.
  return answered(kernel, operation, requestId, () => kernel.storage.read(tenantId, (scope) => (operation.run as Run)({ request, scope })));
}

/** Runs one decision of the data plane: no transaction, exact at the instant of its statements. Never rejects. */
export async function dispatchDecide<W, R, D>(kernel: Kernel<W, R, D>, operation: AnyDecide, call: Call, requestId: string): Promise<Result<unknown>> {
  if (operation.planes.length > 0) {
    const authority = authorize(operation, call.principal);
    if (!authority.allowed) return denied({ ...authority.refusal, requestId });
  }
  const parsed = parseInput(operation.input, call.input);
  if (!parsed.ok) return denied(invalid(requestId, parsed.errors));
  const request = { principal: call.principal, tenantId: call.principal?.tenantId ?? '', input: parsed.input, now: kernel.clock(), requestId };
  // As above.
  return answered(kernel, operation, requestId, () => (operation.run as Run)({ request, scope: kernel.storage.decide }));
}

async function answered<W, R, D>(
  kernel: Kernel<W, R, D>,
  operation: AnyOperation,
  requestId: string,
  run: () => Promise<Outcome<unknown, string>>,
): Promise<Result<unknown>> {
  try {
    const outcome = await run();
    if (outcome.ok) return succeeded(immutable(outcome.value), requestId);
    const { code, detail, data } = outcome.rejection;
    const declared = operation.rejections[code];
    if (declared === undefined) throw new Error(`${operation.address.join(' ')} rejects with ${code}, which it does not declare`);
    return denied({ code, status: declared.status, detail, requestId, ...(data === undefined ? {} : { data }) });
  } catch (error) {
    kernel.reporter.failure({ requestId, address: operation.address[0], method: operation.address[1], error });
    return denied(kernel.storage.classify(error) === 'BUG' ? unexpected(requestId) : unavailable(requestId));
  }
}

const invalid = (requestId: string, errors: NonNullable<Denial['errors']>): Denial => ({
  code: 'INVALID_INPUT', status: 400, detail: 'The input is not what this operation takes.', requestId, errors,
});

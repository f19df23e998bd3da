import { authorize, tenantOf, unauthenticated } from './authority.ts';
import type { Call } from './call.ts';
import { notFound, type Finding } from './evaluation.ts';
import { claimOf } from './idempotency.ts';
import type { AnyKernel } from './kernel.ts';
import type { AnyWrite, Outside, PrepareCall } from './operation.ts';
import { invalidInput, parseInput } from './parse.ts';
import type { WritePlan } from './plan.ts';
import type { AskedWrite } from './record.ts';
import { recordRefusal } from './refusal-record.ts';
import { PLATFORM, type Request } from './request.ts';
import { denied, succeeded, type Denial, type Result } from './result.ts';
import { retrying } from './retry.ts';
import { CommitUncertain, subjectOf } from './seal.ts';
import { unavailable, unexpected } from './trouble.ts';
import { attemptWrite, foresee, type AttemptOutcome } from './write-attempt.ts';

/** Runs one write, phase by phase (ARCHITECTURE.md, "Dispatch of a write"). Never rejects: what goes wrong is a denial. */
export async function dispatchWrite(kernel: AnyKernel, plan: WritePlan, call: Call, requestId: string): Promise<Result<unknown>> {
  const { operation } = plan;
  const principal = call.principal instanceof Promise ? await call.principal : call.principal;
  // Without a principal there is nobody to record.
  if (principal === null) return denied({ ...unauthenticated, requestId });
  const now = kernel.clock();
  let findings: readonly Finding[] = [];
  let asked: AskedWrite = { operation, principal, now, requestId, subject: null, tenantId: principal.tenantId ?? PLATFORM };
  try {
    // 2. Authority.
    const tenantId = tenantOf(operation.tenancy, principal, call.tenantId);
    if (tenantId !== null) asked = { ...asked, tenantId };
    const authority = authorize(operation, principal);
    if (!authority.allowed) return await recorded(kernel, asked, { ...authority.refusal, requestId });
    if (tenantId === null) return await recorded(kernel, asked, notFound(requestId));
    // 3. Input.
    const parsed = parseInput(operation.input, call.input);
    if (!parsed.ok) return await recorded(kernel, asked, invalidInput(parsed.errors, requestId));
    const request: Request<unknown> = Object.freeze({ principal, tenantId, input: parsed.input, now, requestId });
    asked = { ...asked, subject: subjectOf(operation, request, null) };
    const claim = claimOf(operation, request, call, kernel.fingerprints);
    const judged = (found: readonly Finding[]): void => {
      findings = found;
    };
    const tried = <End>(work: () => Promise<End>): Promise<End> =>
      retrying(kernel.storage, () => {
        judged([]);
        return work();
      });
    const attempted = async (): Promise<AttemptOutcome> => {
      // What cannot be waited for inside a transaction. Once, however often the transaction is tried.
      const prepared = await prepare(kernel, operation, request);
      // 4 to 10.
      return tried(() => attemptWrite(kernel, { plan, request, claim, prepared, judged }));
    };
    // What would not be done anyway is not prepared for either.
    const foreseen = operation.prepare === undefined ? null : await tried(() => foresee(kernel, { plan, request, claim }));
    const outcome = foreseen ?? (await attempted());
    // 11.
    if (outcome.end !== 'DENIED') return succeeded(outcome.value, requestId, outcome.end === 'REPLAYED');
    return outcome.isRecorded ? await recorded(kernel, asked, outcome.denial, outcome.findings) : denied(outcome.denial);
  } catch (error) {
    return failed(kernel, asked, error, findings);
  }
}

async function prepare({ storage }: AnyKernel, operation: AnyWrite, request: Request<unknown>): Promise<unknown> {
  const outside: Outside<unknown, unknown> = { read: (work) => storage.read(request.tenantId, work), decide: storage.decide };
  // Its parameter types were checked where the operation is defined and are erased in AnyWrite.
  return (operation.prepare as ((call: PrepareCall<unknown, typeof outside>) => Promise<unknown>) | undefined)?.({ request, outside });
}

/** A denial, once its record is safe. One that cannot be recorded becomes an outage: no verdict without its record. */
async function recorded(kernel: AnyKernel, asked: AskedWrite, denial: Denial, findings: readonly Finding[] = []): Promise<Result<unknown>> {
  try {
    await recordRefusal(kernel, { ...asked, outcome: 'DENIED', findings });
    return denied(denial);
  } catch (error) {
    report(kernel, asked, error);
    return denied(unavailable(asked.requestId));
  }
}

/** An outage leaves no record, for there is nothing to write it on; a bug of ours leaves a FAILED entry where it can. */
async function failed(kernel: AnyKernel, asked: AskedWrite, error: unknown, findings: readonly Finding[]): Promise<Result<unknown>> {
  report(kernel, asked, error);
  if (error instanceof CommitUncertain || kernel.storage.classify(error) !== 'BUG') return denied(unavailable(asked.requestId));
  try {
    await recordRefusal(kernel, { ...asked, outcome: 'FAILED', findings });
  } catch (unrecorded) {
    report(kernel, asked, unrecorded);
  }
  return denied(unexpected(asked.requestId));
}

const report = ({ reporter }: AnyKernel, { operation: { address }, requestId }: AskedWrite, error: unknown): void =>
  reporter.failure({ requestId, address: address[0], method: address[1], error });

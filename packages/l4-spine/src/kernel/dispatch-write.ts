import { setTimeout as sleep } from 'node:timers/promises';
import { authorize, tenantOf, unauthenticated } from './authority.ts';
import type { Call } from './call.ts';
import { canonicalHash } from './canonical.ts';
import { notFound } from './evaluation.ts';
import type { Kernel } from './kernel.ts';
import { parseInput } from './parse.ts';
import type { WritePlan } from './plan.ts';
import type { IdempotencyClaim } from './ports.ts';
import { recordRefusal, type Refused } from './refusal-record.ts';
import { PLATFORM, type Request } from './request.ts';
import { denied, succeeded, type Denial, type Result } from './result.ts';
import { unavailable, unexpected } from './trouble.ts';
import { attemptWrite, type AttemptOutcome } from './write-attempt.ts';

const MAX_ATTEMPTS = 4;
const IDEMPOTENCY_MS = 24 * 60 * 60 * 1000;

/** Runs one write, phase by phase (ARCHITECTURE.md, "Dispatch of a write"). Never rejects: what goes wrong is a denial. */
export async function dispatchWrite<W, R, D>(kernel: Kernel<W, R, D>, plan: WritePlan, call: Call, requestId: string): Promise<Result<unknown>> {
  const { operation } = plan;
  const now = kernel.clock();
  // 2. Authority. Without a principal there is nobody to record.
  if (call.principal === null) return denied({ ...unauthenticated, requestId });
  const { principal } = call;
  const authority = authorize(operation, principal);
  const tenantId = tenantOf(operation.tenancy, principal, call.tenantId);
  const refused: Omit<Refused, 'outcome' | 'findings'> = {
    operation, principal, now, requestId, subject: null, tenantId: tenantId ?? principal.tenantId ?? PLATFORM,
  };
  if (!authority.allowed) return recorded(kernel, refused, { ...authority.refusal, requestId });
  if (tenantId === null) return recorded(kernel, refused, notFound(requestId));
  // 3. Input.
  const parsed = parseInput(operation.input, call.input);
  if (!parsed.ok) {
    return recorded(kernel, refused, { code: 'INVALID_INPUT', status: 400, detail: 'The input is not what this operation takes.', requestId, errors: parsed.errors });
  }
  const request: Request<unknown> = { principal, tenantId, input: parsed.input, now, requestId };
  const about: Omit<Refused, 'outcome' | 'findings'> = {
    ...refused,
    // The subject's parameter types are erased in AnyWrite; the request was parsed by this operation's own schema.
    subject: (operation.subject as (request: unknown, value: null) => string | null)(request, null),
  };
  // 4 to 10.
  let outcome: AttemptOutcome;
  try {
    const claim = call.idempotencyKey === undefined ? null : claimOf(plan, request, call, call.idempotencyKey);
    outcome = await withRetries(kernel, () => attemptWrite(kernel, { plan, request, claim }));
  } catch (error) {
    return failed(kernel, about, error);
  }
  // 11.
  if (outcome.end !== 'DENIED') return succeeded(outcome.value, requestId, outcome.end === 'REPLAYED');
  return outcome.isRecorded ? recorded(kernel, about, outcome.denial, outcome.findings) : denied(outcome.denial);
}

function claimOf(plan: WritePlan, request: Request<unknown>, call: Call, key: string): IdempotencyClaim {
  const operation = plan.operation.address.join(' ');
  return {
    key, operation, principalId: request.principal.id, now: request.now, expiresAt: new Date(request.now.getTime() + IDEMPOTENCY_MS),
    fingerprint: canonicalHash({ operation, tenantId: request.tenantId, input: call.input ?? null }),
  };
}

/** Once more where storage says that nothing was written and the same may succeed now. */
async function withRetries<W, R, D>(kernel: Kernel<W, R, D>, attempt: () => Promise<AttemptOutcome>): Promise<AttemptOutcome> {
  for (let tries = 1; ; tries += 1) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one attempt after the other is the point
      return await attempt();
    } catch (error) {
      if (tries === MAX_ATTEMPTS || kernel.storage.classify(error) !== 'RETRY') throw error;
      // oxlint-disable-next-line no-await-in-loop
      await sleep(Math.random() * 10 * 2 ** tries);
    }
  }
}

/** A denial, once its record is safe. One that cannot be recorded becomes an outage: no verdict without its record. */
async function recorded<W, R, D>(
  kernel: Kernel<W, R, D>,
  about: Omit<Refused, 'outcome' | 'findings'>,
  denial: Denial,
  findings: Refused['findings'] = [],
): Promise<Result<unknown>> {
  try {
    await recordRefusal(kernel, { ...about, outcome: 'DENIED', findings });
    return denied(denial);
  } catch (error) {
    report(kernel, about, error);
    return denied(unavailable(about.requestId));
  }
}

async function failed<W, R, D>(kernel: Kernel<W, R, D>, about: Omit<Refused, 'outcome' | 'findings'>, error: unknown): Promise<Result<unknown>> {
  report(kernel, about, error);
  if (kernel.storage.classify(error) !== 'BUG') return denied(unavailable(about.requestId));
  try {
    await recordRefusal(kernel, { ...about, outcome: 'FAILED', findings: [] });
  } catch (unrecorded) {
    report(kernel, about, unrecorded);
  }
  return denied(unexpected(about.requestId));
}

const report = <W, R, D>(kernel: Kernel<W, R, D>, { operation, requestId }: Pick<Refused, 'operation' | 'requestId'>, error: unknown): void =>
  kernel.reporter.failure({ requestId, address: operation.address[0], method: operation.address[1], error });

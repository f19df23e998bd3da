import type { Severity } from '@hoc/l4-spine/kernel/mode';
import type { Denial, InputError, Violation } from '@hoc/l4-spine/kernel/result';

/** The media type of every answer that is not a success (RFC 9457, section 3). */
export const PROBLEM_TYPE = 'application/problem+json';

/** An RFC 9457 problem as HTTP-API.md, "Shapes", has it. The members stand in the order in which they are sent. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
  /** The path that was asked, without its query. */
  readonly instance: string;
  readonly invariantId?: string;
  readonly severity?: Severity;
  readonly remediation?: string;
  readonly violations?: readonly Violation[];
  readonly errors?: readonly InputError[];
  /** What a rejection carries beyond its sentence, as members of its own (RFC 9457, section 3.2). */
  readonly [extension: string]: unknown;
}

/** Where a denial happened, and what its operation calls it. */
export interface ProblemContext {
  readonly instance: string;
  /** The title that the operation declares for its own rejections, by code. */
  readonly titles?: Readonly<Record<string, { readonly title: string }>>;
}

/** The codes that any operation may meet. Each has one title wherever it comes from (RFC 9457, section 3.1.3). */
const TITLES: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'Authentication is required',
  PLANE_FORBIDDEN: 'The token is of another plane',
  PERMISSION_DENIED: 'The token lacks a permission',
  NOT_FOUND: 'Not found',
  METHOD_NOT_ALLOWED: 'The method is not allowed here',
  REQUEST_TIMEOUT: 'The request took too long to arrive',
  PAYLOAD_TOO_LARGE: 'The body is too large',
  UNSUPPORTED_MEDIA_TYPE: 'The body is not JSON',
  EXPECTATION_FAILED: 'The expectation cannot be met',
  HEADERS_TOO_LARGE: 'The headers are too large',
  INVALID_INPUT: 'The input is invalid',
  INVARIANT_VIOLATION: 'A business rule forbids this',
  INVARIANT_UNEVALUABLE: 'A business rule could not be checked',
  IDEMPOTENCY_MISMATCH: 'The idempotency key was used for another request',
  IDEMPOTENCY_IN_FLIGHT: 'A request with this idempotency key is in flight',
  VERSION_CONFLICT: 'The version is not the current one',
  RATE_LIMITED: 'Too many requests',
  DEGRADED: 'The installation is degraded',
  UNAVAILABLE: 'No answer could be reached',
  INTERNAL: 'Something went wrong',
};

/** The one sentence for whatever is not there or not the caller's. */
const NOT_FOUND_DETAIL = 'There is no such thing here.';

/**
 * The problem that a denial is told as. `type` is `urn:hoc:problem:<code>`.
 * INVARIANT: a 404 names nothing. Another tenant's id and an id that nobody has give the same bytes but for `requestId`
 * and `instance`, whatever the denial says of itself.
 */
export function problemOf(denial: Denial, { instance, titles }: ProblemContext): Problem {
  const { code, requestId } = denial;
  const status = denial.status >= 400 && denial.status <= 599 ? denial.status : 500;
  const head = { type: `urn:hoc:problem:${code}`, title: TITLES[code] ?? titles?.[code]?.title ?? code, status };
  if (code === 'NOT_FOUND') return { ...head, title: 'Not found', detail: NOT_FOUND_DETAIL, code, requestId, instance };
  const first = denial.violations?.[0];
  const members = { ...head, detail: denial.detail, code, requestId, instance };
  return {
    // Members that the contract names stand first, and again after what a rejection carries, which can stand in for none of them.
    ...members, ...denial.data, ...members,
    ...(first === undefined ? {} : { invariantId: first.invariantId, severity: first.severity, remediation: first.remediation }),
    ...(denial.violations === undefined ? {} : { violations: denial.violations }),
    ...(denial.errors === undefined ? {} : { errors: denial.errors }),
  };
}

/** Seconds for `Retry-After`; null where there is none to send. Every 503 has one. */
export const retryAfterOf = ({ status, retryAfterSeconds }: Denial): number | null =>
  retryAfterSeconds ?? (status === 503 || status === 429 ? 1 : null);

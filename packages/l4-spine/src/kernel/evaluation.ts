import type { AnyFact } from './fact.ts';
import type { AnyInvariant, Breach } from './invariant.ts';
import { blocks, blocksUnevaluable, SEVERITIES, type Mode } from './mode.ts';
import type { Request } from './request.ts';
import type { Denial, Violation } from './result.ts';

/** The facts of one write: the values that could be read, and why the others could not. */
export interface ResolvedFacts {
  readonly values: Readonly<Record<string, unknown>>;
  readonly failures: ReadonlyMap<string, unknown>;
}

/** How one invariant fared, and whether that stops the write under the mode in force. */
export interface Finding {
  readonly invariant: AnyInvariant;
  readonly mode: Mode;
  readonly outcome: 'HELD' | 'BROKEN' | 'UNEVALUABLE';
  readonly isBlocking: boolean;
  readonly message: string;
  readonly status: number;
  /** Why it was UNEVALUABLE: for the log, never for the caller. */
  readonly cause?: unknown;
}

/** Evaluates invariants on resolved facts. A check that throws, lacks a fact or answers neither true nor a breach is UNEVALUABLE. */
export function evaluate(
  invariants: readonly AnyInvariant[],
  facts: ResolvedFacts,
  request: Request<unknown>,
  modeOf: (invariant: AnyInvariant) => Mode,
): readonly Finding[] {
  return invariants.map((invariant) => {
    const mode = modeOf(invariant);
    const unevaluable = (message: string, cause: unknown): Finding => ({
      invariant, mode, outcome: 'UNEVALUABLE', isBlocking: blocksUnevaluable(mode), message, status: 503, cause,
    });
    const lost = invariant.needs.find(({ name }: AnyFact) => facts.failures.has(name) || !Object.hasOwn(facts.values, name));
    if (lost !== undefined) return unevaluable(`the fact ${lost.name} could not be read`, facts.failures.get(lost.name));
    let answer: unknown;
    try {
      // The registry compiled `facts` from this very invariant's needs; its parameter types are erased in AnyInvariant.
      answer = (invariant.holds as (facts: unknown, request: unknown) => unknown)(facts.values, request);
    } catch (error) {
      return unevaluable('the check itself failed', error);
    }
    if (answer === true) return { invariant, mode, outcome: 'HELD', isBlocking: false, message: '', status: 200 };
    if (!isBreach(answer)) {
      // A check that is async by mistake: nobody else will look at what becomes of it.
      if (answer instanceof Promise) answer.catch(() => {});
      return unevaluable('the check gave no answer', new TypeError(`the check of ${invariant.id} answered neither true nor a breach`));
    }
    const { message, status } = typeof answer === 'string' ? { message: answer, status: invariant.status } : answer;
    return { invariant, mode, outcome: 'BROKEN', isBlocking: blocks(mode, invariant.severity), message, status };
  });
}

const isBreach = (answer: unknown): answer is Breach =>
  typeof answer === 'string' ||
  (typeof answer === 'object' && answer !== null && 'message' in answer && typeof answer.message === 'string' && 'status' in answer && typeof answer.status === 'number');

/** The denial that blocking findings amount to; null where none blocks. Source: HTTP-API.md, "Shapes" and "Codes". */
export function denialOf(findings: readonly Finding[], requestId: string): Denial | null {
  const blocking = findings.filter((finding) => finding.isBlocking);
  if (blocking.length === 0) return null;
  const broken = blocking.filter((finding) => finding.outcome === 'BROKEN').toSorted(bySeverityThenId);
  const [first] = broken;
  if (first === undefined) {
    return {
      code: 'INVARIANT_UNEVALUABLE', status: 503, requestId, retryAfterSeconds: 1,
      detail: `A rule could not be checked, so nothing was written: ${blocking.map(({ invariant }) => invariant.id).join(', ')}.`,
    };
  }
  if (broken.some(({ status }) => status === 404)) return notFound(requestId);
  return {
    code: 'INVARIANT_VIOLATION', status: first.status, requestId, detail: sentence(first.message), violations: broken.map(violationOf),
  };
}

/** One answer for whatever is not there, or is not the caller's: it names nothing. */
export const notFound = (requestId: string): Denial => ({ code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.', requestId });

const bySeverityThenId = (a: Finding, b: Finding): number =>
  SEVERITIES.indexOf(a.invariant.severity) - SEVERITIES.indexOf(b.invariant.severity) || (a.invariant.id < b.invariant.id ? -1 : 1);

const violationOf = ({ invariant, message }: Finding): Violation => ({
  invariantId: invariant.id, severity: invariant.severity, message: sentence(message), remediation: invariant.remediation,
});

const sentence = (message: string): string => {
  const capitalised = message.charAt(0).toUpperCase() + message.slice(1);
  return capitalised.endsWith('.') ? capitalised : `${capitalised}.`;
};

import type { HttpAnswer } from './connection.ts';
import type { Expected } from './population.ts';

/** RIGHT: the one right verdict. UNAVAILABLE: honestly none. WRONG: anything else, and the run is void. */
export type Judgement =
  | { readonly outcome: 'RIGHT' | 'UNAVAILABLE'; readonly code: string }
  | { readonly outcome: 'WRONG'; readonly code: string; readonly why: string };

const RETRY_AFTER = /\r\nretry-after: *\d+/i;

/** What any verification answers, HOC's or a peer's, as far as it is judged. */
interface Verdict {
  readonly valid?: unknown;
  readonly code?: unknown;
  readonly keyId?: unknown;
  readonly tenantId?: unknown;
}

/** Holds an answer to a verification against what is true of its token. */
export function judgeVerdict({ status, head, body }: HttpAnswer, expected: Expected, metered: readonly string[] = []): Judgement {
  if (status === 503) return RETRY_AFTER.test(head) ? { outcome: 'UNAVAILABLE', code: '503' } : wrong('503', 'a 503 without Retry-After');
  if (status !== 200) return wrong(String(status), `${status} ${body}`);
  const verdict = parsed(body);
  if (verdict === null) return wrong('200', `no JSON object: ${body}`);
  const isValid = verdict.valid === true;
  const code = typeof verdict.code === 'string' ? verdict.code : isValid ? 'VALID' : 'INVALID';
  if (isValid !== (code === 'VALID')) return wrong(code, `valid and code disagree: ${body}`);
  if (code !== expected.code && !(expected.code === 'VALID' && metered.includes(code))) return wrong(code, `instead of ${expected.code}: ${body}`);
  // An answer that belongs to somebody else's question names another key.
  if (isOther(verdict.keyId, expected.keyId) || isOther(verdict.tenantId, expected.tenantId)) return wrong(code, `of another key than ${expected.keyId}: ${body}`);
  return { outcome: 'RIGHT', code };
}

/** Holds an answer to the trivial request against what it always is. */
export const judgeTrivial = ({ status, body }: HttpAnswer): Judgement =>
  status === 200 ? { outcome: 'RIGHT', code: '200' } : wrong(String(status), `${status} ${body}`);

const isOther = (found: unknown, expected: string | null): boolean => (expected === null ? found !== undefined : found !== expected);

const wrong = (code: string, why: string): Judgement => ({ outcome: 'WRONG', code, why });

function parsed(body: string): Verdict | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

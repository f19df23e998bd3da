import { Secret } from '../secret.ts';
import { OutboundFault, type HttpAnswer, type NoAnswer, type OutboundAnswer, type OutboundFailure } from './answer.ts';
import { withinDeadline } from './deadline.ts';
import { isRedirect } from './exchange.ts';
import { hop } from './hop.ts';
import type { Outbound } from './outbound.ts';
import { sentHeaders, type RequestHeaders } from './request-headers.ts';
import { judgeUrl, type TargetUrl } from './target-url.ts';

/** A request to a URL that somebody else chose. */
export interface OutboundRequest {
  /** On whose behalf. */
  readonly tenantId: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: string | Secret;
  readonly headers?: RequestHeaders;
  /** For POST. */
  readonly body?: string | Uint8Array;
  /** Over everything: name, connection, TLS, redirects, the last byte of the body. */
  readonly timeoutMs?: number;
  /** Null: nothing of the body is read. */
  readonly maxBytes?: number | null;
  /** For GET and HEAD; a POST follows none. */
  readonly maxRedirects?: number;
}

/** DOMAIN.md, "Integrations": 5 s, 64 KiB, no redirects to another host. */
export const TIMEOUT_MS = 5000;
export const MAX_BYTES = 65_536;
export const MAX_REDIRECTS = 3;

/**
 * Sends a request and gives the answer, or why there is none: never later than the deadline, with no socket left open, and
 * to no address that the guard would refuse. It does not reject, but for a bug.
 */
export const guardedRequest = async (request: OutboundRequest, outbound: Outbound): Promise<OutboundAnswer> => {
  const judged = judgeUrl(request.url instanceof Secret ? request.url.reveal() : request.url, outbound.policy);
  if (!judged.ok) return noAnswer(judged.failure, `The URL ${judged.reason}.`);
  return outbound.traffic.pass(request.tenantId, judged.target.authority, () =>
    withinDeadline(request.timeoutMs ?? TIMEOUT_MS, async (signal) => {
      try {
        return await follow(request, judged.target, outbound, signal);
      } catch (error) {
        if (error instanceof OutboundFault) return noAnswer(error.failure, error.message);
        throw error;
      }
    }),
  );
};

const noAnswer = (failure: OutboundFailure, message: string): NoAnswer => ({ ok: false, failure, message });

const follow = async (request: OutboundRequest, first: TargetUrl, outbound: Outbound, signal: AbortSignal): Promise<HttpAnswer> => {
  const body = bytesOf(request.body);
  const headers = sentHeaders(request.headers ?? {}, first.authority, body);
  if (headers === null) throw new OutboundFault('REQUEST_REFUSED', 'A header has a name or a value that may not be sent.');
  const message = { method: request.method, headers, body, maxBytes: request.maxBytes === undefined ? MAX_BYTES : request.maxBytes };
  const maxRedirects = request.method === 'POST' ? 0 : (request.maxRedirects ?? MAX_REDIRECTS);
  let target = first;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const answer = await hop(target, message, outbound, signal);
    const location = answer.headers['location'];
    if (!isRedirect(answer.status, location)) return answer;
    if (maxRedirects > 0) target = redirected(target, location, outbound);
  }
  throw new OutboundFault('REDIRECT_REFUSED', maxRedirects === 0 ? 'The target redirects, which is not followed here.' : `The target redirects more than ${maxRedirects} times.`);
};

/** Where a redirect leads: judged like any other URL, and to the same scheme, host and port, for the credential goes along. */
const redirected = (from: TargetUrl, location: string, outbound: Outbound): TargetUrl => {
  const next = URL.parse(location, from.href);
  if (next === null) throw new OutboundFault('REDIRECT_REFUSED', 'The target redirects to something that is no URL.');
  next.hash = '';
  const judged = judgeUrl(next.href, outbound.policy);
  if (!judged.ok) throw new OutboundFault(judged.failure === 'ADDRESS_REFUSED' ? 'ADDRESS_REFUSED' : 'REDIRECT_REFUSED', `The target redirects to a URL that ${judged.reason}.`);
  const { target } = judged;
  if (target.isSecure !== from.isSecure || target.authority !== from.authority) throw new OutboundFault('REDIRECT_REFUSED', 'The target redirects to another host.');
  return target;
};

const bytesOf = (body: string | Uint8Array | undefined): Uint8Array | null => (typeof body === 'string' ? new TextEncoder().encode(body) : (body ?? null));

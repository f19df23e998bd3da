import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** The header that carries a request's id, in requests and in every answer. */
export const REQUEST_ID_HEADER = 'x-request-id';

const WELL_FORMED = /^[\x21-\x7e]{1,128}$/;

/**
 * The id under which a request is answered, audited and logged: the caller's own `X-Request-Id` where it is 1 to 128
 * visible ASCII characters, so that a trace can start before HOC; else a fresh UUID. It identifies, it proves nothing.
 */
export function requestIdOf({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const sent = headers[REQUEST_ID_HEADER];
  return typeof sent === 'string' && WELL_FORMED.test(sent) ? sent : randomUUID();
}

import { randomUUID } from 'node:crypto';
import { STATUS_CODES, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { problemOf, PROBLEM_TYPE } from './problem.ts';
import { malformed, METHOD_NOT_ALLOWED, PAYLOAD_TOO_LARGE, type Refusal } from './refusals.ts';

const BY_CODE: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: { code: 'HEADERS_TOO_LARGE', status: 431, detail: 'The headers are larger than this server reads.' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: PAYLOAD_TOO_LARGE,
  ERR_HTTP_REQUEST_TIMEOUT: { code: 'REQUEST_TIMEOUT', status: 408, detail: 'The request did not arrive in time.' },
};

/** Answers bytes that are no HTTP request at all, and hangs up: there is nothing to go on with on such a connection. */
export function handleClientError(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  hangUp(socket, BY_CODE[error.code ?? ''] ?? malformed('This is no HTTP request.'));
}

/** Answers `Expect:` with anything but `100-continue`; Node's own answer has no body. */
export function refuseExpectations(server: Server): void {
  server.on('checkExpectation', (request) => {
    hangUp(request.socket, { code: 'EXPECTATION_FAILED', status: 417, detail: 'The only expectation that is met is 100-continue.' });
  });
}

/** Answers `CONNECT`, a method of proxies, which Node keeps from every route and hangs up on without a word. */
export function refuseTunnels(server: Server): void {
  server.on('connect', (_request, socket) => {
    // Node has taken its own listener off; a caller that hangs up first is no reason to end the process.
    socket.on('error', () => socket.destroy());
    hangUp(socket, { ...METHOD_NOT_ALLOWED, detail: 'This server is no proxy: it does not take CONNECT.' }, 'Allow: \r\n');
  });
}

function hangUp(socket: Duplex, refusal: Refusal, headers = ''): void {
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf({ ...refusal, requestId }, { instance: '/' }));
  socket.end(
    `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? 'Error'}\r\n` +
      `Content-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `${headers}X-Request-Id: ${requestId}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n${body}`,
  );
}

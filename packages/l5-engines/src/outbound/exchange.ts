import { request as openRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { OutboundFault, type HttpAnswer } from './answer.ts';

export interface HttpMessage {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly pathAndQuery: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | null;
  /** The most that is read of the answer's body; null: nothing of it, its head is the answer. */
  readonly maxBytes: number | null;
}

const MAX_HEADER_BYTES = 16_384;

/** One request and its answer over a connection of its own. The body of a redirect is not read. */
export const exchange = async (channel: Socket, message: HttpMessage, signal: AbortSignal): Promise<HttpAnswer> => {
  const request = openRequest({
    createConnection: () => channel,
    method: message.method,
    path: message.pathAndQuery,
    headers: message.headers,
    setHost: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    insecureHTTPParser: false,
    signal,
  });
  try {
    const answered = responseTo(request);
    request.end(message.body ?? undefined);
    const response = await answered;
    const status = response.statusCode ?? 0;
    const { maxBytes, method } = message;
    const bytes = maxBytes === null || isRedirect(status, response.headers.location) ? new Uint8Array() : await bodyOf(response, method, maxBytes);
    return { ok: true, status, headers: joined(response), bytes };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'HPE_HEADER_OVERFLOW') throw new OutboundFault('TOO_LARGE', "The target's answer has headers that are too large.");
    throw error;
  } finally {
    request.destroy();
  }
};

/** The head of the answer. An error that comes later is told by the body, or harms nobody. */
const responseTo = (request: ClientRequest): Promise<IncomingMessage> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve).on('error', reject);
  request.on('close', () => reject(new Error('closed without an answer')));
  // Nobody asked for another protocol. The request counts as done by now, so the socket is ours to end.
  request.on('upgrade', (_response, socket) => {
    socket.destroy();
    reject(new Error('an upgrade that was not asked for'));
  });
  return promise;
};

/** Whether an answer sends the client elsewhere. */
export const isRedirect = (status: number, location: string | undefined): location is string => [301, 302, 303, 307, 308].includes(status) && location !== undefined;

const bodyOf = async (response: IncomingMessage, method: HttpMessage['method'], maxBytes: number): Promise<Uint8Array> => {
  const tooLarge = new OutboundFault('TOO_LARGE', `The target's answer is larger than ${maxBytes} bytes.`);
  if (method !== 'HEAD' && Number(response.headers['content-length'] ?? 0) > maxBytes) throw tooLarge;
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Without an encoding set, the stream gives Buffers.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const joined = (response: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(response.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]));

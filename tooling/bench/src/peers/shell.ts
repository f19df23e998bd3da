import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenPeer } from './peer.ts';

/** The bare node:http server that stands before every peer: reads a token, answers what the peer says. `GET /healthz` answers at once. */
export async function serveShell({ verify }: OpenPeer): Promise<string> {
  const server = createServer((request, response) => {
    const answer = (status: number, value: object): void => {
      const body = JSON.stringify(value);
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
    };
    if (request.method === 'GET') return answer(200, { status: 'ok' });
    void bodyOf(request)
      .then((text) => verify((JSON.parse(text) as { token: string }).token)) // the driver sends nothing else
      .then((verdict) => answer(200, verdict), (error: unknown) => answer(500, { error: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // a listening TCP server has an address of this shape
  return `http://127.0.0.1:${port}`;
}

function bodyOf(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
    });
    request.once('end', () => resolve(text));
    request.once('error', reject);
  });
}

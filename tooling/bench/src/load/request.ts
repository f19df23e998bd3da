import type { Target } from './plan.ts';

/** The bytes of a request with a JSON body, or none. */
export function requestBytes({ host, port }: Target, { method, path, authorization, body }: { readonly method: string; readonly path: string; readonly authorization: string | null; readonly body?: object }): Buffer {
  const content = body === undefined ? null : Buffer.from(JSON.stringify(body), 'utf8');
  const head = [
    `${method} ${path} HTTP/1.1`, `host: ${host}:${port}`, ...(authorization === null ? [] : [`authorization: ${authorization}`]),
    ...(content === null ? [] : ['content-type: application/json', `content-length: ${content.length}`]), '', '',
  ].join('\r\n');
  return content === null ? Buffer.from(head, 'latin1') : Buffer.concat([Buffer.from(head, 'latin1'), content]);
}

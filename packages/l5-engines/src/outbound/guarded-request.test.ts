import { afterEach, describe, expect, test, vi } from 'vitest';
import { inMemory, never, type InMemory } from '../../test/outbound/in-memory.ts';
import { Secret } from '../secret.ts';
import type { OutboundAnswer } from './answer.ts';
import { guardedRequest, MAX_BYTES, TIMEOUT_MS, type OutboundRequest } from './guarded-request.ts';

const URL_OF = 'http://lab.example:8080';
const shown = (answer: OutboundAnswer): string => (answer.ok ? `${answer.status} ${Buffer.from(answer.bytes).toString()}` : `${answer.failure}: ${answer.message}`);
const send = async (request: Partial<OutboundRequest>, place: InMemory = {}) => {
  const { outbound, asked, dialled, sockets } = inMemory(place);
  const ended = shown(await guardedRequest({ tenantId: 'tnt_1', method: 'GET', url: `${URL_OF}/`, ...request }, outbound));
  return { ended, asked, dialled, left: sockets.filter(({ destroyed }) => !destroyed).length };
};

describe('a request', () => {
  test('whose URL or headers may not be sent ends before anybody is asked', async () => {
    expect(await send({ url: 'ftp://lab.example/' })).toMatchObject({ ended: 'REQUEST_REFUSED: The URL must begin with https://.', asked: [], dialled: [] });
    expect(await send({ url: 'https://127.0.0.1/' })).toMatchObject({ ended: 'ADDRESS_REFUSED: The URL names a loopback address.', asked: [], dialled: [] });
    expect(await send({ headers: { host: 'evil.example' } })).toMatchObject({ ended: 'REQUEST_REFUSED: A header has a name or a value that may not be sent.', asked: [], dialled: [] });
  });

  test('is sent with the headers that were given, and those that frame it, whether its URL is a secret or not', async () => {
    const seen: unknown[] = [];
    const serve: InMemory['serve'] = (request, response) => {
      seen.push([request.url, request.headers['x-a'], request.headers.host, request.headers['content-length']]);
      response.end('ok');
    };
    for (const url of [`${URL_OF}/s3cret?b`, new Secret(`${URL_OF}/s3cret?b`)]) expect(await send({ url, headers: { 'x-a': new Secret('b') } }, { serve })).toMatchObject({ ended: '200 ok' });
    expect(seen).toEqual(Array.from({ length: 2 }, () => ['/s3cret?b', 'b', 'lab.example:8080', undefined]));
  });

  test.each([['a text', 'grüße'], ['bytes', new TextEncoder().encode('grüße')]])('posts %s as it is, and says how many bytes that is', async (_what, body) => {
    const serve: InMemory['serve'] = (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => response.end(`${request.headers['content-length']} ${Buffer.concat(chunks).toString()}`));
    };
    expect(await send({ method: 'POST', body }, { serve })).toMatchObject({ ended: '200 7 grüße' });
  });

  test('takes an answer of 64 KiB and none that is larger, or of what it says itself', async () => {
    const large = (length: number): InMemory => ({ serve: (_request, response) => response.end('x'.repeat(length)) });
    expect((await send({}, large(MAX_BYTES))).ended).toHaveLength('200 '.length + 65_536);
    expect((await send({}, large(MAX_BYTES + 1))).ended).toBe("TOO_LARGE: The target's answer is larger than 65536 bytes.");
    expect((await send({ maxBytes: 3 }, large(4))).ended).toBe("TOO_LARGE: The target's answer is larger than 3 bytes.");
  });

  test('counts in the shares of its tenant and of the host that it names', async () => {
    const { outbound } = inMemory();
    const pass = vi.spyOn(outbound.traffic, 'pass');
    await guardedRequest({ tenantId: 'tnt_7', method: 'GET', url: `${URL_OF}/` }, outbound);
    expect(pass.mock.calls.map(([tenant, host]) => [tenant, host])).toEqual([['tnt_7', 'lab.example:8080']]);
  });

  test('rejects for a bug, which is no answer of a target', async () => {
    const { outbound } = inMemory({ networks: [{ name: 'lab', get ranges(): readonly string[] { throw new Error('a bug'); } }] });
    await expect(guardedRequest({ tenantId: 'tnt_1', method: 'GET', url: 'https://lab.example/' }, outbound)).rejects.toThrow('a bug');
  });
});

describe('the deadline', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  test.each([[undefined, TIMEOUT_MS], [20, 20]])('where %s is said is %i ms, and not a moment more', async (timeoutMs, ms) => {
    vi.useFakeTimers();
    let ended: string | null = null;
    const sent = send(timeoutMs === undefined ? {} : { timeoutMs }, { resolve: () => never() }).then((sending) => {
      ({ ended } = sending);
    });
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(ended).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    await sent;
    expect(ended).toBe('TIMEOUT: The target did not answer in time: its name was not resolved.');
  });
});

describe('a redirect', () => {
  /** A target that redirects so many times, one path after the other, and says then which it was asked for. */
  const after = (redirects: number, location = (path: number): string => `/${path}`): InMemory => {
    let path = 0;
    return {
      serve: (request, response) => {
        path += 1;
        if (path <= redirects) response.writeHead(302, { location: location(path) }).end('not read');
        else response.end(`${request.url}`);
      },
    };
  };
  const to = (location: string): Promise<string> => send({ url: `${URL_OF}/a/b` }, after(1, () => location)).then(({ ended }) => ended);

  test('is followed three times at most, over a connection of its own each time, and the name is resolved anew', async () => {
    expect(await send({}, after(3))).toEqual({ ended: '200 /3', asked: Array.from({ length: 4 }, () => 'lab.example'), dialled: Array.from({ length: 4 }, () => '10.1.0.1 8080'), left: 0 });
    expect(await send({}, after(4))).toMatchObject({ ended: 'REDIRECT_REFUSED: The target redirects more than 3 times.', left: 0 });
    expect(await send({ maxRedirects: 1 }, after(2))).toMatchObject({ ended: 'REDIRECT_REFUSED: The target redirects more than 1 times.' });
  });

  test('is not followed where none is to be, nor by a POST, whatever it allows, wherever it leads', async () => {
    const ended = 'REDIRECT_REFUSED: The target redirects, which is not followed here.';
    const elsewhere = () => after(1, () => 'https://10.0.0.1/');
    expect(await send({ maxRedirects: 0 }, elsewhere())).toMatchObject({ ended, dialled: ['10.1.0.1 8080'] });
    expect(await send({ method: 'POST', maxRedirects: 3 }, elsewhere())).toMatchObject({ ended, dialled: ['10.1.0.1 8080'] });
  });

  test('leads from where it stands, and its fragment is not sent', async () => {
    expect(await to('c?d#e')).toBe('200 /a/c?d');
    expect(await to('//lab.example:8080/x')).toBe('200 /x');
  });

  test.each([
    ['another host', 'http://other.example:8080/', 'REDIRECT_REFUSED: The target redirects to another host.'],
    ['another port', 'http://lab.example:8081/', 'REDIRECT_REFUSED: The target redirects to another host.'],
    ['another scheme of the same host and port', 'https://lab.example:8080/', 'REDIRECT_REFUSED: The target redirects to another host.'],
    ['a private address', 'http://10.0.0.1:8080/', 'ADDRESS_REFUSED: The target redirects to a URL that names a private address.'],
    ['what may not be sent', 'http://user:s3cret@lab.example:8080/', 'REDIRECT_REFUSED: The target redirects to a URL that holds a user name or a password; credentials are given apart from it.'],
    ['no URL', 'http://[', 'REDIRECT_REFUSED: The target redirects to something that is no URL.'],
  ])('to %s is refused, and nobody is asked', async (_where, location, ended) => {
    expect(await to(location)).toBe(ended);
  });
});

import type { FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { Identified } from './authentication.ts';
import { UNAUTHENTICATED, UNAVAILABLE } from './refusals.ts';
import { sharedIdentity } from './shared-identity.ts';
import type { Spine } from './spine.ts';

const requestOf = (authorization: string | undefined, remoteAddress: string): FastifyRequest =>
  ({ headers: authorization === undefined ? {} : { authorization }, socket: { remoteAddress } }) as FastifyRequest; // what is looked at of one

const FOUND: Identified = { principal: { plane: 'int', id: 'tok_1', name: 'gateway', tenantId: null, permissions: new Set() }, refusal: null };

/** Somebody who finds out who asks when told to. */
class ByHand {
  moment: number | null = 1;
  readonly asked: { readonly request: FastifyRequest; readonly answer: PromiseWithResolvers<Identified> }[] = [];
  readonly identify = sharedIdentity({ moment: () => this.moment } as Spine, (request) => {
    const answer = Promise.withResolvers<Identified>();
    this.asked.push({ request, answer });
    return answer.promise;
  });

  ask(authorization: string | undefined = 'Bearer a', remoteAddress = '192.0.2.1'): Promise<Identified> {
    return this.identify(requestOf(authorization, remoteAddress));
  }
}

describe('whoever shows the same token from the same address', () => {
  test('while nothing has been sent since shares one look-up, and what came of it', async () => {
    const by = new ByHand();
    const all = [by.ask(), by.ask(), by.ask()];
    expect(by.asked).toHaveLength(1);
    by.asked[0]?.answer.resolve(FOUND);
    expect(await Promise.all(all)).toStrictEqual([FOUND, FOUND, FOUND]);
  });

  test('after something was sent is looked up anew, and those after that share the new one', async () => {
    const by = new ByHand();
    const before = by.ask();
    by.moment = 2;
    const after = [by.ask(), by.ask()];
    expect(by.asked).toHaveLength(2);
    by.asked[0]?.answer.resolve(FOUND);
    by.asked[1]?.answer.resolve({ principal: null, refusal: UNAUTHENTICATED });
    expect(await before).toBe(FOUND);
    expect((await Promise.all(after)).map(({ refusal }) => refusal)).toStrictEqual([UNAUTHENTICATED, UNAUTHENTICATED]);
    // Of those that shared, the older one was forgotten; the newer one must not have been by its end.
    by.moment = 3;
    const last = [by.ask(), by.ask()];
    expect(by.asked).toHaveLength(3);
    by.asked[2]?.answer.resolve(FOUND);
    await Promise.all(last);
  });

  test('once it is known is looked up anew, although nothing has been sent', async () => {
    const by = new ByHand();
    const first = by.ask();
    by.asked[0]?.answer.resolve({ principal: null, refusal: UNAVAILABLE });
    await first;
    void by.ask();
    expect(by.asked).toHaveLength(2);
  });

  test('shares a failure with those who asked with it, and with nobody after them', async () => {
    const by = new ByHand();
    const all = [by.ask(), by.ask()];
    by.asked[0]?.answer.reject(new Error('away'));
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toStrictEqual(['rejected', 'rejected']);
    void by.ask();
    expect(by.asked).toHaveLength(2);
  });

  test('is looked up by itself where storage does not tell what it sends', () => {
    const by = new ByHand();
    by.moment = null;
    void by.ask();
    void by.ask();
    expect(by.asked).toHaveLength(2);
  });
});

test('what ends late forgets nobody who asked after it', async () => {
  const by = new ByHand();
  const before = by.ask();
  by.moment = 2;
  const after = by.ask();
  by.asked[0]?.answer.resolve(FOUND);
  await before;
  expect(by.ask()).toBe(after);
  expect(by.asked).toHaveLength(2);
});

test('another token, another address and no token are others', () => {
  const by = new ByHand();
  void by.ask('Bearer a', '192.0.2.1');
  void by.ask('Bearer b', '192.0.2.1');
  void by.ask('Bearer a', '192.0.2.2');
  void by.identify(requestOf(undefined, '192.0.2.1'));
  expect(by.asked.map(({ request }) => [request.headers.authorization, request.socket.remoteAddress])).toStrictEqual([
    ['Bearer a', '192.0.2.1'], ['Bearer b', '192.0.2.1'], ['Bearer a', '192.0.2.2'], [undefined, '192.0.2.1'],
  ]);
});

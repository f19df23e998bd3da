import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OUTBOUND_FAILURES, type OutboundAnswer, type OutboundFailure } from './answer.ts';
import { Traffic, TRAFFIC_LIMITS } from './traffic.ts';

const OK: OutboundAnswer = { ok: true, status: 500, headers: {}, bytes: new Uint8Array() };
const failing = (failure: OutboundFailure): OutboundAnswer => ({ ok: false, failure, message: failure });
const codeOf = (answer: OutboundAnswer): string => (answer.ok ? 'ANSWER' : answer.failure);

/** Work that ends when it is told to. */
class Held {
  started = 0;
  readonly #gate = Promise.withResolvers<OutboundAnswer>();
  readonly work = (): Promise<OutboundAnswer> => {
    this.started += 1;
    return this.#gate.promise;
  };
  release(answer: OutboundAnswer = OK): void {
    this.#gate.resolve(answer);
  }
}

describe('a circuit', () => {
  const { failuresToOpen, pauseMs } = TRAFFIC_LIMITS;
  let traffic: Traffic;
  let calls = 0;
  const pass = (answer: OutboundAnswer, tenant = 't1', host = 'a.example'): Promise<OutboundAnswer> =>
    traffic.pass(tenant, host, async () => {
      calls += 1;
      return answer;
    });
  const open = async (): Promise<void> => {
    for (let failure = 0; failure < failuresToOpen; failure += 1) await pass(failing('CONNECT'));
  };

  beforeEach(() => {
    vi.useFakeTimers();
    traffic = new Traffic(TRAFFIC_LIMITS);
    calls = 0;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test.each(['DNS', 'CONNECT', 'TLS', 'PROTOCOL', 'TIMEOUT'] as const)('opens after as many %s in a row as said, and then nothing is sent', async (failure) => {
    for (let failures = 0; failures < failuresToOpen; failures += 1) expect(codeOf(await pass(failing(failure)))).toBe(failure);
    expect(codeOf(await pass(OK))).toBe('OPEN_CIRCUIT');
    expect(calls).toBe(failuresToOpen);
  });

  test.each(OUTBOUND_FAILURES.filter((failure) => !['DNS', 'CONNECT', 'TLS', 'PROTOCOL', 'TIMEOUT'].includes(failure)))('does not open for %s, which says nothing of the host', async (failure) => {
    for (let failures = 0; failures < 3 * failuresToOpen; failures += 1) await pass(failing(failure));
    expect(codeOf(await pass(OK))).toBe('ANSWER');
  });

  test('does not open while answers come in between, of whatever status', async () => {
    for (let round = 0; round < 3; round += 1) {
      for (let failure = 1; failure < failuresToOpen; failure += 1) await pass(failing('TIMEOUT'));
      expect(codeOf(await pass(OK))).toBe('ANSWER');
    }
  });

  test('is that of one tenant and one host', async () => {
    await open();
    expect(codeOf(await pass(OK, 't2'))).toBe('ANSWER');
    expect(codeOf(await pass(OK, 't1', 'b.example'))).toBe('ANSWER');
    expect(codeOf(await pass(OK))).toBe('OPEN_CIRCUIT');
  });

  test('lets one request try after the pause, nobody waits for it, and its answer closes the circuit', async () => {
    await open();
    vi.advanceTimersByTime(pauseMs - 1);
    expect(codeOf(await pass(OK))).toBe('OPEN_CIRCUIT');
    vi.advanceTimersByTime(1);
    const trial = new Held();
    const trying = traffic.pass('t1', 'a.example', trial.work);
    await Promise.resolve();
    expect(codeOf(await pass(OK))).toBe('OPEN_CIRCUIT');
    trial.release();
    expect(codeOf(await trying)).toBe('ANSWER');
    expect(trial.started).toBe(1);
    expect(codeOf(await pass(OK))).toBe('ANSWER');
  });

  test('stays open for another pause when the one that tried failed', async () => {
    await open();
    vi.advanceTimersByTime(pauseMs);
    expect(codeOf(await pass(failing('CONNECT')))).toBe('CONNECT');
    expect(codeOf(await pass(OK))).toBe('OPEN_CIRCUIT');
    vi.advanceTimersByTime(pauseMs);
    expect(codeOf(await pass(OK))).toBe('ANSWER');
  });
});

describe('what is kept of circuits', () => {
  const { failuresToOpen } = TRAFFIC_LIMITS;
  const fail = async (traffic: Traffic, host: string, times: number): Promise<void> => {
    for (let failure = 0; failure < times; failure += 1) await traffic.pass('t1', host, async () => failing('CONNECT'));
  };
  const codeAt = async (traffic: Traffic, host: string): Promise<string> => codeOf(await traffic.pass('t1', host, async () => OK));

  test('is ten thousand that fail, and beyond that the one that was asked longest ago is forgotten', async () => {
    const traffic = new Traffic(TRAFFIC_LIMITS);
    for (const host of ['a', 'b']) await fail(traffic, host, failuresToOpen);
    for (let host = 2; host < 10_000; host += 1) await fail(traffic, `h${host}`, 1);
    expect(await codeAt(traffic, 'a')).toBe('OPEN_CIRCUIT');
    await fail(traffic, 'one more', 1);
    expect([await codeAt(traffic, 'b'), await codeAt(traffic, 'a')]).toEqual(['ANSWER', 'OPEN_CIRCUIT']);
  });

  test('is not closed by an answer to what was asked before it opened', async () => {
    const traffic = new Traffic(TRAFFIC_LIMITS);
    const late = new Held();
    const asking = traffic.pass('t1', 'a', late.work);
    expect(await codeAt(traffic, 'a')).toBe('ANSWER');
    await fail(traffic, 'a', failuresToOpen);
    late.release();
    expect(codeOf(await asking)).toBe('ANSWER');
    expect(await codeAt(traffic, 'a')).toBe('OPEN_CIRCUIT');
  });

  test('is nothing, nor of shares, where all have answered', async () => {
    const maps = new Set<ReadonlyMap<unknown, unknown>>();
    const { set } = Map.prototype;
    const setting = vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, key, value) {
      maps.add(this);
      return Reflect.apply(set, this, [key, value]);
    });
    const traffic = new Traffic(TRAFFIC_LIMITS);
    for (let host = 0; host < 20; host += 1) await traffic.pass(`t${host}`, `h${host}`, async () => OK);
    setting.mockRestore();
    const kept = [...maps].flatMap((map) => [...map.keys()]).filter((key) => typeof key === 'string' && /\b[th]\d+$/.test(key));
    expect([maps.size > 1, kept]).toEqual([true, []]);
  });
});

test('who is not let through is told that nothing was sent, and why', async () => {
  const traffic = new Traffic({ ...TRAFFIC_LIMITS, overall: 1, failuresToOpen: 1 });
  const held = new Held();
  const asking = traffic.pass('t1', 'a', held.work);
  expect(await traffic.pass('t1', 'a', held.work)).toEqual({ ok: false, failure: 'BUSY', message: 'Too many requests to targets are under way; nothing was sent.' });
  held.release(failing('CONNECT'));
  await asking;
  expect(await traffic.pass('t1', 'a', held.work)).toEqual({
    ok: false, failure: 'OPEN_CIRCUIT', message: 'The target was out of reach several times in a row; nothing was sent, it is tried again after a pause.',
  });
});

describe('shares', () => {
  test('take a handful of tenants to be used up, for a host as for the server', () => {
    expect(TRAFFIC_LIMITS.perHost / TRAFFIC_LIMITS.perTenant).toBeGreaterThanOrEqual(8);
    expect(TRAFFIC_LIMITS.overall / TRAFFIC_LIMITS.perHost).toBeGreaterThanOrEqual(2);
  });

  const limits = { ...TRAFFIC_LIMITS, overall: 5, perTenant: 2, perHost: 3 };

  test('a tenant gets no more than its own; others get theirs; there is room again when it is done', async () => {
    const traffic = new Traffic(limits);
    const held = new Held();
    const mine = [traffic.pass('t1', 'a', held.work), traffic.pass('t1', 'b', held.work)];
    expect(codeOf(await traffic.pass('t1', 'c', held.work))).toBe('BUSY');
    const other = traffic.pass('t2', 'a', held.work);
    expect(traffic.underWay).toBe(3);
    held.release();
    expect((await Promise.all([...mine, other])).map(codeOf)).toEqual(['ANSWER', 'ANSWER', 'ANSWER']);
    expect(traffic.underWay).toBe(0);
    expect(codeOf(await traffic.pass('t1', 'c', held.work))).toBe('ANSWER');
  });

  test('a place that becomes free is one place, while others of the share are taken', async () => {
    const traffic = new Traffic(limits);
    const [first, second] = [new Held(), new Held()];
    const ending = traffic.pass('t1', 'a', first.work);
    const others = [traffic.pass('t1', 'a', second.work)];
    first.release();
    await ending;
    others.push(traffic.pass('t1', 'a', second.work));
    expect(codeOf(await traffic.pass('t1', 'a', second.work))).toBe('BUSY');
    second.release();
    await Promise.all(others);
  });

  test('a host gets no more than its share, whoever asks', async () => {
    const traffic = new Traffic(limits);
    const held = new Held();
    const asking = ['t1', 't2', 't3'].map((tenant) => traffic.pass(tenant, 'a', held.work));
    expect(codeOf(await traffic.pass('t4', 'a', held.work))).toBe('BUSY');
    held.release();
    await Promise.all(asking);
    expect(held.started).toBe(3);
  });

  test('the server has a limit over all', async () => {
    const traffic = new Traffic(limits);
    const held = new Held();
    const asking = ['t1', 't2', 't3', 't4', 't5'].map((tenant) => traffic.pass(tenant, tenant, held.work));
    expect(codeOf(await traffic.pass('t6', 'f', held.work))).toBe('BUSY');
    held.release();
    expect((await Promise.all(asking)).map(codeOf)).toEqual(asking.map(() => 'ANSWER'));
  });

  test('work that throws frees its place, and its error is told', async () => {
    const traffic = new Traffic({ ...limits, overall: 1, perTenant: 1, perHost: 1 });
    for (let round = 0; round < 3; round += 1) {
      await expect(
        traffic.pass('t1', 'a', async () => {
          throw new Error('a bug');
        }),
      ).rejects.toThrow('a bug');
    }
    expect(codeOf(await traffic.pass('t1', 'a', async () => OK))).toBe('ANSWER');
  });
});

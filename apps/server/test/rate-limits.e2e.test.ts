import { randomInt } from 'node:crypto';
import { askPostgres } from '@hoc/testbed/databases';
import { expect, test } from 'vitest';
import { seeded } from '@hoc/testbed/random';
import { Client } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { judge, mostInOneWindow, type Limit } from './metering/exact-model.ts';
import { observe, type ObservedCall } from './metering/observed-call.ts';
import { SCHEDULES, type Schedule } from './metering/schedules.ts';
import { deploy, type Deployment } from './process/deployment.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { serve } from './process/server-process.ts';

const LIMIT = { name: 'per-second', limit: 10, windowMs: 1000 } as const;

/** Two servers on one PostgreSQL, and a service that asks them by turns. */
async function twoServers(more: Readonly<Record<string, string>> = {}): Promise<{ readonly deployment: Deployment; readonly admin: Client; readonly gateways: readonly [Client, Client] }> {
  const deployment = await deploy('postgres', more);
  const one = await deployment.start();
  const other = await serve({ cwd: await scratchFolder(), env: deployment.env });
  const operator = await operatorOf(one.url, deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const gateway = await makeGateway(one.url, operator);
  return { deployment, admin: new Client(one.url, managementToken), gateways: [gateway, new Client(other.url, gateway.token)] };
}

/** Calls a key by turns on both servers as a schedule has it. */
async function drive(gateways: readonly [Client, Client], token: string, schedule: Schedule, { seed, withLease }: { readonly seed: number; readonly withLease: boolean }): Promise<readonly ObservedCall[]> {
  const calls: ObservedCall[] = [];
  let turn = 0;
  await schedule(async () => {
    turn += 1;
    const call = await observe(gateways[turn % 2 === 0 ? 0 : 1], token, { withLease });
    calls.push(call);
    return call;
  }, seeded(seed));
  return calls;
}

/** How far the database's clock can be from ours, in milliseconds. */
async function clockSlack({ env }: Deployment): Promise<number> {
  const before = Date.now();
  const [row] = await askPostgres<{ now: string }>(env['HOC_DATABASE_URL'] ?? '', 'select floor(extract(epoch from clock_timestamp()) * 1000)::text as now');
  const now = Number(row?.now);
  return Math.max(0, before - now, now - Date.now());
}

test('an exact limit of ten a second over two servers admits and denies as an ideal log does, however calls come', { timeout: 300_000 }, async () => {
  const seed = randomInt(2 ** 31);
  process.stdout.write(`rate limits: seed ${seed}\n`);
  const { deployment, admin, gateways } = await twoServers();
  const slackMs = await clockSlack(deployment);
  const runs = Object.entries(SCHEDULES).flatMap(([name, schedule]) => (['SLIDING', 'FIXED'] as const).map((algorithm) => ({ name, schedule, algorithm })));
  const judged = await Promise.all(
    runs.map(async ({ name, schedule, algorithm }, at) => {
      const { token } = await makeKey(admin, name, { rateLimits: [{ ...LIMIT, algorithm }], maxConcurrent: 1_000_000 });
      const calls = await drive(gateways, token, schedule, { seed: seed + at, withLease: true });
      const limit: Limit = { ...LIMIT, algorithm };
      return { name, algorithm, calls: calls.length, ...judge(calls, limit, slackMs) };
    }),
  );
  for (const one of judged) {
    process.stdout.write(`rate limits: ${JSON.stringify(one)}\n`);
    const { calls, admitted, denied, overAdmitted, falselyDenied } = one;
    expect({ seed, ...one, overAdmitted, falselyDenied, undecided: calls - admitted - denied }).toMatchObject({ overAdmitted: 0, falselyDenied: 0, undecided: 0 });
    expect(admitted, one.name).toBeGreaterThan(10);
  }
  // Else no limit was met, and nothing was shown. Just over the limit, a window that begins by the calendar may see ten calls and no more.
  const mustMeet = judged.filter(({ name, algorithm }) => !name.startsWith('just') || (name === 'just over the limit' && algorithm === 'SLIDING'));
  for (const { name, denied } of mustMeet) expect(denied, name).toBeGreaterThan(0);
});

test('a local limit, shared by two servers, admits both their shares at once and never more than that in a second', { timeout: 300_000 }, async () => {
  const seed = randomInt(2 ** 31);
  process.stdout.write(`local limits: seed ${seed}\n`);
  const { deployment, admin, gateways } = await twoServers({ HOC_LOCAL_SHARES: '2' });
  const atOnce: Schedule = async (call) => void (await Promise.all(Array.from({ length: 60 }, call)));
  const runs = [
    ...Object.entries({ 'all at once': atOnce, ...SCHEDULES }).map(([name, schedule]) => ({ name, schedule, limit: LIMIT.limit })),
    // A share is rounded up, and nothing else is admitted too much: six by each server.
    { name: 'eleven, all at once', schedule: atOnce, limit: 11 },
  ];
  const seen = await Promise.all(
    runs.map(async ({ name, schedule, limit }, at) => {
      const { id, token } = await makeKey(admin, name, { rateLimits: [{ ...LIMIT, limit, mode: 'LOCAL' }] });
      const calls = await drive(gateways, token, schedule, { seed: seed + at, withLease: false });
      const stored = await deployment.asOwner(`select 1 from rate_windows where meter like '%:${id}'`);
      return { name, bound: 2 * Math.ceil(limit / 2), calls: calls.length, admitted: calls.filter(({ code }) => code === 'VALID').length, most: mostInOneWindow(calls, LIMIT.windowMs), stored: stored.length };
    }),
  );
  for (const one of seen) {
    process.stdout.write(`local limits: ${JSON.stringify(one)}\n`);
    expect({ seed, ...one }).toEqual({ seed, ...one, most: Math.min(one.most, one.bound), stored: 0 });
    // Both shares were given out, or there would be fewer.
    expect(one.admitted, one.name).toBeGreaterThanOrEqual(one.bound);
  }
});

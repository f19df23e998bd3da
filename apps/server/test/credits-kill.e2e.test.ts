import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { between, seeded } from '@hoc/testbed/random';
import { at, Client, expectStatus } from './http/client.ts';
import { makeGateway, makeKey, makeTenant, operatorOf } from './http/first-steps.ts';
import { deploy } from './process/deployment.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { serve, type Serving } from './process/server-process.ts';

const ROUNDS = 8;
const CREDITS = 50;
const CALLS = 200;

test(`${CALLS} calls at once on ${CREDITS} credits over two servers, one of them killed in the middle, are never more than ${CREDITS} VALID answers`, { timeout: 400_000 }, async () => {
  const seed = randomInt(2 ** 31);
  const random = seeded(seed);
  process.stdout.write(`credits: seed ${seed}\n`);
  const deployment = await deploy('postgres');
  const stays = await deployment.start();
  const operator = await operatorOf(stays.url, deployment.dataDir);
  const { managementToken } = await makeTenant(operator, 'Acme');
  const admin = new Client(stays.url, managementToken);
  const gateway = await makeGateway(stays.url, operator);
  const startVictim = async (): Promise<Serving> => serve({ cwd: await scratchFolder(), env: deployment.env });

  const interrupted: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const victim = await startVictim();
    const { id, token } = await makeKey(admin, `round ${round}`, { credits: { remaining: CREDITS } });
    const servers = [gateway, new Client(victim.url, gateway.token)] as const;
    const verify = async (client: Client): Promise<unknown> => at(await expectStatus(200, client.post('/int/v1/keys/verify', { token })), 'code');
    // Both have been asked before: nobody waits for a first connection.
    for (const client of servers) await expectStatus(200, client.post('/int/v1/keys/verify', { token: 'nonsense' }));

    // It is killed once it has answered so many; or, by turns, just when the row is had that all of them wait for: what was taken then is
    // on its way to be told, or not.
    const kill = (): void => {
      victim.process.kill('SIGKILL');
    };
    const killAfter = round % 2 === 0 ? { answers: between(random, 1, 25) } : { ms: between(random, 0, 12) };
    const held = 'ms' in killAfter ? deployment.asOwner(`with held as materialized (select from key_credits where meter_id = '${id}' for update) select pg_sleep(0.3) from held`) : undefined;
    if (held !== undefined) await sleep(100);
    const killed = held?.then(() => sleep(killAfter.ms)).then(kill);
    const codes: unknown[] = [];
    let [byVictim, unanswered] = [0, 0];
    await Promise.all(
      Array.from({ length: CALLS }, async (_, call) => {
        // The victim is asked first, or it would find everything taken.
        const isOfVictim = call < CALLS / 2;
        try {
          codes.push(await verify(servers[isOfVictim ? 1 : 0]));
          if (isOfVictim) byVictim += 1;
        } catch {
          unanswered += 1;
        }
        if (byVictim === killAfter.answers) kill();
      }),
    );
    await killed;
    victim.process.kill('SIGKILL');
    await victim.process.ended;
    interrupted.push(unanswered);
    const valid = codes.filter((code) => code === 'VALID').length;
    const left = async (): Promise<number> => Number((await deployment.asOwner<{ remaining: string }>(`select remaining::text from key_credits where meter_id = '${id}'`))[0]?.remaining);
    const remaining = await left();
    process.stdout.write(`credits: ${JSON.stringify({ round, killAfter, byVictim, unanswered, valid, untold: CREDITS - valid - remaining, remaining })}\n`);
    expect(codes.filter((code) => code !== 'VALID' && code !== 'CREDITS_EXHAUSTED'), `seed ${seed}`).toEqual([]);
    // What the killed server had taken, and never told, is gone; nothing is given out twice.
    expect(valid + remaining, `seed ${seed}, round ${round}`).toBeLessThanOrEqual(CREDITS);
    expect(remaining).toBeGreaterThanOrEqual(0);

    // The other one gives out the rest, to the last, and no more.
    const rest = await Promise.all(Array.from({ length: CREDITS + 10 }, () => verify(gateway)));
    const validRest = rest.filter((code) => code === 'VALID').length;
    // A statement of the dead may still have been waiting in the database. It took what nobody was told of, and no more.
    expect(validRest, `seed ${seed}, round ${round}`).toBeLessThanOrEqual(remaining);
    expect(CREDITS - valid - validRest, `seed ${seed}, round ${round}`).toBeLessThanOrEqual(unanswered);
    expect(await left()).toBe(0);
    expect(valid + validRest).toBeLessThanOrEqual(CREDITS);
  }
  // Else nobody was killed in the middle of anything.
  expect(Math.max(...interrupted), `seed ${seed}`).toBeGreaterThan(0);
});

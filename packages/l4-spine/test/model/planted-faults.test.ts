import type { ComposedOptions } from '@hoc/testbed/composed';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { withCheck, withHandler } from '../t5/substitutes.ts';
import { agrees, type Drawn } from './property.ts';
import { seed } from './seed.ts';
import { createWorld, type World } from './world.ts';

type Substitute = NonNullable<ComposedOptions['substitute']>;

/** How many sequences a fault may stay hidden for; the ones below are met within a few. */
const MAX_RUNS = 60;

const opened: World[] = [];

afterAll(async () => {
  await Promise.all(opened.map(({ hoc }) => hoc.close()));
});

async function searched(substitute: Substitute, how: fc.Parameters<Drawn>): Promise<fc.RunDetails<Drawn>> {
  const world = await createWorld({ substitute });
  opened.push(world);
  process.stdout.write(`planted fault: MODEL_SEED=${seed}\n`);
  return fc.check(agrees(world), { seed, numRuns: MAX_RUNS, ...how });
}

/** A handler that works on a scope in which some of what it is to write is lost. */
const losing = (method: string, lost: object): Substitute =>
  withHandler('api_keys.write', method, (run) => (call) =>
    run({ ...call, scope: { ...call.scope, ...lost } }),
  );

const lostKey = { keys: { save: async (next: unknown) => next } };
const lostCounter = { counters: { add: async () => 0 } };

describe(`the model finds, within ${MAX_RUNS} sequences`, () => {
  test.each<readonly [fault: string, symptom: RegExp, substitute: Substitute]>([
    ['a plan that allows one service key too many', /how api_keys.write create ended/, withCheck('BI-APIKEY-002', quotaOffByOne)],
    ['a key that comes to life in a suspended tenant', /how api_keys.write \w+ ended|the invariants of the audit/, withCheck('BI-APIKEY-001', mayBeSuspended)],
    ['a grant that nobody checks', /how api_keys.write (create|rotate|update) ended/, withCheck('BI-APIKEY-003', () => true)],
    ['a revocation that does not move the counter', /the rows of tnt_/, losing('revoke', lostCounter)],
    ['a freeze that answers and is not stored', /the rows of tnt_/, losing('freeze', lostKey)],
    ['an undone rotation that stores nothing', /the rows of tnt_/, losing('undo_rotation', lostKey)],
  ])('%s', async (_, symptom, substitute) => {
    const run = await searched(substitute, { endOnFailure: true });
    expect(run.failed).toBe(true);
    expect(run.errorInstance).toHaveProperty('message', expect.stringMatching(symptom));
  });

  test('and shows hardly more steps than it takes: a freeze that is not stored ends with that freeze', async () => {
    const run = await searched(losing('freeze', lostKey), {});
    const steps = [...(run.counterexample?.[1] ?? [])].map(String);
    expect(steps.length).toBeLessThanOrEqual(5);
    expect(steps.at(-1)).toMatch(/^freeze by /);
  });
});

interface Tenant {
  readonly status: string;
  readonly quotas: { readonly maxServiceKeys: number; readonly maxManagementKeys: number };
}

function quotaOffByOne({ tenant, liveKeyCount: { kind, value } }: { readonly tenant: Tenant | null; readonly liveKeyCount: { readonly kind: string; readonly value: number } }): true | string {
  if (tenant === null) return true;
  return value <= (kind === 'SERVICE' ? tenant.quotas.maxServiceKeys : tenant.quotas.maxManagementKeys) || 'over the plan';
}

const mayBeSuspended = ({ tenant }: { readonly tenant: Tenant | null }): true | { readonly message: string; readonly status: number } =>
  (tenant !== null && ['ACTIVE', 'SUSPENDED'].includes(tenant.status)) || { message: 'not alive', status: tenant === null ? 404 : 409 };

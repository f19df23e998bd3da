import type { ComposedOptions } from '@hoc/testbed/composed';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { withCheck, withHandler } from '../t5/substitutes.ts';
import { agrees, type Drawn } from './property.ts';
import { drawSeed } from './seed.ts';
import { createWorld, type World } from './world.ts';

type Substitute = NonNullable<ComposedOptions['substitute']>;

/** How many sequences a fault may stay hidden for; the ones below are met within a few. */
const MAX_RUNS = 60;
const seed = drawSeed();

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

/** A handler whose drivers are as they are, but that one method of one of them does something else. */
const losing = (method: string, driver: 'keys' | 'counters' | 'credits', write: string, instead: (...sent: readonly unknown[]) => Promise<unknown>): Substitute =>
  withHandler('api_keys.write', method, (run) => (call) =>
    run({ ...call, scope: { ...call.scope, [driver]: without(call.scope[driver], write, instead) } }),
  );

/** Drivers keep their session to themselves, so what is not replaced is asked on the driver itself. */
function without<Driver extends object>(driver: Driver, write: string, instead: unknown): Driver {
  return new Proxy(driver, {
    get: (target, name) => {
      const member: unknown = name === write ? instead : Reflect.get(target, name);
      return typeof member === 'function' ? (...sent: readonly unknown[]): unknown => Reflect.apply(member, target, sent) : member;
    },
  });
}

const unsaved = (method: string): Substitute => losing(method, 'keys', 'save', (next) => Promise.resolve(next));

describe(`the model finds, within ${MAX_RUNS} sequences`, () => {
  test.each<readonly [fault: string, symptom: RegExp, substitute: Substitute]>([
    ['a plan that allows one service key too many', /how api_keys.write create ended|the invariants of the audit/, withCheck('BI-APIKEY-002', quotaOffByOne)],
    ['a key that comes to life in a suspended tenant', /how api_keys.write \w+ ended|the invariants of the audit/, withCheck('BI-APIKEY-001', mayBeSuspended)],
    ['a grant that nobody checks', /how api_keys.write (create|rotate|update) ended|the invariants of the audit/, withCheck('BI-APIKEY-003', () => true)],
    ['a revocation that does not move the counter', /the rows of tnt_/, losing('revoke', 'counters', 'add', () => Promise.resolve(0))],
    ['a freeze that answers and is not stored', /the rows of tnt_/, unsaved('freeze')],
    ['an undone rotation that stores nothing', /the rows of tnt_/, unsaved('undo_rotation')],
    ['credits that are told and not set', /the rows of tnt_/, losing('create', 'credits', 'set', () => Promise.resolve())],
  ])('%s', async (_, symptom, substitute) => {
    const run = await searched(substitute, { endOnFailure: true });
    expect(run.failed).toBe(true);
    expect(run.errorInstance).toHaveProperty('message', expect.stringMatching(symptom));
  });

  test('and shows hardly more steps than it takes: a freeze that is not stored ends with that freeze', async () => {
    const run = await searched(unsaved('freeze'), {});
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

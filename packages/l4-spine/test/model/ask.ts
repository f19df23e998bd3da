import { expect } from 'vitest';
import type { Result } from '@hoc/l4-spine/kernel/result';
import { UNSEEN } from './account.ts';
import { followChain } from './chain.ts';
import { modesOf, rowsOf } from './expected-rows.ts';
import { foresee, type Asked, type Foresight, type Recorded } from './foresight.ts';
import { PLATFORM, type ModelTenant, type State } from './state.ts';
import { look } from './stored-rows.ts';
import type { World } from './world.ts';

/** Asks the system and the model the same, and holds the answer and everything that is stored against each other. */
export async function ask(state: State, world: World, asked: Asked, pageSize?: number): Promise<void> {
  const foresight = foresee(state, asked);
  world.calls += 1;
  const requestId = `step-${world.calls}`;
  const result = await execute(world, asked, requestId, pageSize);
  const [address, method] = asked.operation.address;
  const outcome = `${method} ${outcomeOf(result)}`;
  world.seen.set(outcome, (world.seen.get(outcome) ?? 0) + 1);
  const recorded = compare(foresight, result, { asked, what: `${address} ${method}` });
  expect(world.hoc.failures, 'failures inside').toEqual([]);
  const tenant = tenantAfter(state, asked);
  const chain = recorded?.chain ?? tenant?.id ?? PLATFORM;
  await compareRows(state, world, { tenant, chain, recorded, requestId });
}

/** How a call ended, in a word: for a verification its verdict. */
function outcomeOf(result: Result<unknown>): string {
  if (!result.ok) return [result.denial.code, ...(result.denial.violations ?? []).map(({ invariantId }) => invariantId)].join(' ');
  const { value } = result;
  if (typeof value === 'object' && value !== null && 'code' in value) return String(value.code);
  return result.replayed ? 'replayed' : 'ok';
}

/** Whether every row of every tenant is as the model has it. */
export async function compareAll(state: State, world: World): Promise<void> {
  for (const tenant of state.tenants) await compareRows(state, world, { tenant, chain: tenant.id, recorded: null, requestId: '' });
  await compareRows(state, world, { tenant: null, chain: PLATFORM, recorded: null, requestId: '' });
}

async function execute(world: World, asked: Asked, requestId: string, pageSize: number | undefined): Promise<Result<unknown>> {
  const { operation, input, asker, tenantId, idempotencyKey } = asked;
  const [address, method] = operation.address;
  const call = { method, principal: asker, tenantId, idempotencyKey, requestId };
  if (operation.kind === 'write' || operation.isPaged === undefined) return world.hoc.registry.execute(address, { ...call, input });
  const items: unknown[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const paging = { ...(pageSize === undefined ? {} : { limit: pageSize }), ...(cursor === undefined ? {} : { cursor }) };
    const result: Result<unknown> = await world.hoc.registry.execute(address, { ...call, input: { ...Object(input), ...paging } });
    if (!result.ok) return result;
    // The output schema of every list.
    const page = result.value as { readonly items: readonly unknown[]; readonly nextCursor: string | null };
    expect(page.items.length, 'the length of a page').toBeLessThanOrEqual(pageSize ?? 50);
    if (page.nextCursor !== null) expect(page.items.length, 'a page before the last is full').toBe(pageSize ?? 50);
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return { ok: true, value: { items, nextCursor: null }, replayed: false, requestId };
}

/** Holds the answer against what was foreseen, and has the model go on as the system did. */
function compare(foresight: Foresight, result: Result<unknown>, { asked, what }: { readonly asked: Asked; readonly what: string }): Recorded | null {
  const told = result.ok
    ? { ok: true, replayed: result.replayed }
    : { code: result.denial.code, status: result.denial.status, violations: result.denial.violations?.map(({ invariantId }) => invariantId) ?? [] };
  expect(told, `how ${what} ended`).toEqual(
    foresight.is === 'DENIED' ? foresight.denial : { ok: true, replayed: foresight.is === 'REPLAYED' },
  );
  if (!result.ok) return foresight.is === 'DENIED' ? foresight.recorded : null;
  const answer: unknown = JSON.parse(JSON.stringify(result.value));
  if (foresight.is === 'REPLAYED') {
    expect(answer, `the replayed answer of ${what}`).toEqual(foresight.value);
    return null;
  }
  if (foresight.is === 'DENIED') return null;
  const { value, recorded } = foresight.take(answer);
  const { operation } = asked;
  expect(operation.kind !== 'write' && operation.view !== undefined ? operation.view(answer) : answer, `the answer of ${what}`).toEqual(plain(value));
  return recorded;
}

async function compareRows(
  state: State,
  world: World,
  { tenant, chain, recorded, requestId }: { readonly tenant: ModelTenant | null; readonly chain: string; readonly recorded: Recorded | null; readonly requestId: string },
): Promise<void> {
  const organizations = state.organizations.map(({ id }) => id);
  const stored = await look(world.hoc.db, { tenantId: tenant?.id ?? '', organizations, chain, afterSeq: world.ends.get(chain)?.seq ?? 0, requestId });
  if (tenant !== null) {
    adoptDefaultProject(tenant, stored.tenant.projects);
    expect(stored.tenant, `the rows of ${tenant.id}`).toEqual(plain(rowsOf(state, tenant)));
  }
  expect(stored.tenantIds, 'the tenants').toEqual(state.tenants.map(({ id }) => id).sort());
  expect(stored.organizations.map(({ id, name, created_at }) => ({ id, name, created_at })), 'the organizations').toEqual(
    state.organizations.map(({ id, name, createdAt }) => ({ id, name, created_at: createdAt })).sort((one, other) => (one.id < other.id ? -1 : 1)),
  );
  expect(stored.platformModes, 'the modes for all').toEqual(plain(modesOf(state, PLATFORM)));
  expect(stored.isDegraded, 'whether the installation is degraded').toBe(state.degraded !== null);
  followChain(world.ends, chain, stored.chain, recorded, { state, requestId });
}

/** Provisioning does not say which id the default project got. */
function adoptDefaultProject({ projects }: ModelTenant, rows: readonly { readonly [column: string]: unknown }[]): void {
  const unseen = projects.find(({ id }) => id === UNSEEN);
  const row = rows.find(({ id }) => !projects.some((project) => project.id === id));
  if (unseen !== undefined && row !== undefined) unseen.id = String(row['id']);
}

/** The tenant whose rows a call is about: its principal's, the one that it names, or the one that it has just made. */
function tenantAfter({ tenants }: State, { operation, asker, tenantId }: Asked): ModelTenant | null {
  const named = tenants.find(({ id }) => id === (asker?.tenantId ?? tenantId));
  return named ?? (operation.address[1] === 'create_tenant' ? tenants.at(-1) : tenants[0]) ?? null;
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

import { expectDenied, expectOk } from '@hoc/testbed/composed';
import type { Backend } from '@hoc/testbed/databases';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenByKey, brokenByProject, foundIn, TINY_PLAN, type KeyKind, type World, type WorldKey } from './scan-world.ts';
import { SERVICE_KEY, createProject, type Ask, type Cast, type Stage } from './stage.ts';

/** A scan found this row; of BI-APIKEY-002, this kind of key. */
interface Finding {
  readonly tenantId: string;
  readonly subject: string;
  readonly message: string;
}

const RUNS: Readonly<Record<Backend, number>> = { postgres: 60, pglite: 25 };

const project = fc.record({ status: fc.constantFrom('ACTIVE' as const, 'ARCHIVED' as const) });
const key = fc.record({
  kind: fc.constantFrom<KeyKind>('SERVICE', 'MANAGEMENT'), status: fc.constantFrom('ACTIVE' as const, 'FROZEN' as const, 'REVOKED' as const),
  expiry: fc.constantFrom('NONE' as const, 'PAST' as const, 'FUTURE' as const), project: fc.option(fc.nat(3)), counted: fc.boolean(),
});
/** A tenant in any status, more often an ACTIVE one; three kinds of rows; and the key that is asked for. */
const worlds = fc.record({
  status: fc.oneof(fc.constant('ACTIVE' as const), fc.constantFrom('CREATING' as const, 'SUSPENDED' as const, 'TERMINATED' as const, 'ARCHIVED' as const)),
  projects: fc.array(project, { maxLength: 3 }), keys: fc.array(key, { maxLength: 7 }),
  asked: fc.record({ kind: fc.constantFrom<KeyKind>('SERVICE', 'MANAGEMENT'), project: fc.option(fc.nat(3)) }),
});
type Drawn = typeof worlds extends fc.Arbitrary<infer Value> ? Value : never;

/** Holds three readings of one rule together: the check before a write, the scan of stored rows, and a model in memory. */
export function scansAgree(stage: () => Stage, backend: Backend): void {
  test(`check, scan and model of each state rule agree on ${RUNS[backend]} random tenants`, async () => {
    const seed = Number(process.env['SCAN_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    process.stdout.write(`scans on ${backend}: SCAN_SEED=${seed}\n`);
    await stage().db.asOwner('insert into plans values ($1, $2, $3, $4, 0, null)', [TINY_PLAN.name, TINY_PLAN.SERVICE, TINY_PLAN.MANAGEMENT, TINY_PLAN.projects]);
    await fc.assert(fc.asyncProperty(worlds, (drawn) => agree(stage(), drawn)), { seed, numRuns: RUNS[backend] });
  });
}

async function agree(stage: Stage, drawn: Drawn): Promise<void> {
  const tenant = await stage.tenant({ plan: TINY_PLAN.name });
  const world = await plant(stage, tenant, drawn);
  expect(await scanned(stage, tenant), 'scans of the planted rows').toEqual(sorted(foundIn(world)));

  const asked = { kind: drawn.asked.kind, project: at(world, drawn.asked.project) };
  const permissions = asked.kind === 'SERVICE' ? ['docs:read'] : ['hoc:keys.read'];
  const ask = stage.byOperator('api_keys.write', 'create', { ...SERVICE_KEY, permissions, projectId: asked.project }, tenant.id);
  const broken = brokenByKey(world, asked);
  const { key: made } = await madeDespite<{ key: { id: string } }>(stage, tenant, ask, broken);
  const withKey: World = { ...world, keys: [...world.keys, { ...asked, id: made.id, status: 'ACTIVE', expiry: 'NONE', counted: true }] };
  const afterKey = await scanned(stage, tenant);
  expect(afterKey, 'scans with the new key').toEqual(sorted(foundIn(withKey)));
  // The scan finds exactly what the check refused, once it is there.
  const breakers = { 'BI-APIKEY-001': made.id, 'BI-APIKEY-002': asked.kind, 'BI-APIKEY-005': made.id };
  for (const [rule, breaker] of Object.entries(breakers)) expect(afterKey[rule]?.includes(breaker), rule).toBe(broken.includes(rule));

  const brokenByAnother = brokenByProject(withKey);
  const another = await madeDespite<{ id: string }>(stage, tenant, createProject(tenant), brokenByAnother);
  const afterProject = await scanned(stage, tenant);
  expect(afterProject['BI-TENANT-001']?.includes(another.id)).toBe(brokenByAnother.includes('BI-TENANT-001'));
}

/** What the call makes. Where rules are broken, STRICT must refuse it for exactly these; it is made with them in MONITOR then. */
async function madeDespite<Made>(stage: Stage, tenant: Cast, ask: Ask, broken: readonly string[]): Promise<Made> {
  if (broken.length === 0) return expectOk<Made>((await stage.ask(ask)).result);
  const { violations = [] } = expectDenied((await stage.ask(ask)).result);
  expect(violations.map(({ invariantId }) => invariantId).toSorted(), 'checks').toEqual(broken);
  return stage.inMode(broken, 'MONITOR', tenant.id, () => stage.do<Made>(ask));
}

const at = ({ projects }: Pick<World, 'projects'>, index: number | null): string | null => (index === null ? null : (projects[index % projects.length]?.id ?? null));

/** Writes the rows of a drawn world past HOC, beside what provisioning made. */
async function plant(stage: Stage, { id: tenantId, admin }: Cast, { status, projects: drawnProjects, keys: drawnKeys }: Drawn): Promise<World> {
  const [standard] = await stage.db.asOwner<{ id: string }>('select id from projects where tenant_id = $1', [tenantId]);
  const projects = [{ id: standard?.id ?? '', status: 'ACTIVE' as const }, ...drawnProjects.map((project, index) => ({ ...project, id: `prj_${index}` }))];
  const planted = drawnKeys.map((key, index): WorldKey => ({
    ...key, id: `key_${index}`, project: at({ projects }, key.project), counted: key.counted && key.status !== 'REVOKED',
  }));
  const keys: WorldKey[] = [{ id: admin.id, kind: 'MANAGEMENT', status: 'ACTIVE', expiry: 'NONE', project: null, counted: true }, ...planted];
  await stage.db.asOwner(
    `insert into projects select $1, row.id, row.id, row.status, now(), now() from jsonb_to_recordset($2) as row (id text, status text)`,
    [tenantId, JSON.stringify(projects.slice(1))],
  );
  await stage.db.asOwner(
    `insert into api_keys (tenant_id, id, project_id, kind, name, environment, public_id, digest, pepper_id, status, permissions, allowed_resources, allowed_addresses,
        expires_at, metadata, created_by, counted, created_at, updated_at, version, rate_limits, has_credits, meter_id)
      select $1, row.id, row.project, row.kind, row.id, 'live', row.id, row.id, 'pepper-test', row.status, '{}', '{}', '{}',
        case row.expiry when 'PAST' then now() - interval '1 hour' when 'FUTURE' then now() + interval '1 day' end, '{}',
        '{"plane": "fdr", "id": "tok_planted", "name": "planted"}', row.counted, now(), now(), 1, '[]', false, row.id
      from jsonb_to_recordset($2) as row (id text, project text, kind text, status text, expiry text, counted boolean)`,
    [tenantId, JSON.stringify(planted)],
  );
  await stage.db.asOwner(
    `update tenant_counters as counter set value = case counter.counter
        when 'ACTIVE_PROJECTS' then (select count(*) from projects as project where project.tenant_id = $1 and project.status = 'ACTIVE')
        else (select count(*) from api_keys as key where key.tenant_id = $1 and key.counted and 'LIVE_' || key.kind || '_KEYS' = counter.counter) end
      where counter.tenant_id = $1`,
    [tenantId],
  );
  await stage.plantStatus({ id: tenantId, admin }, status);
  return { status, projects, keys };
}

async function scanned(stage: Stage, { id }: Cast): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {};
  for (const invariantId of Object.keys(foundIn({ status: 'ACTIVE', projects: [], keys: [] }))) {
    const { items } = await stage.do<{ items: readonly Finding[] }>(stage.byOperator('governance.query', 'scan', { invariantId }, id));
    expect(items.every(({ tenantId }) => tenantId === id)).toBe(true);
    // What breaks a plan is the tenant; of which kind it has too many stands in the sentence.
    found[invariantId] = items.map(({ subject, message }) => (invariantId === 'BI-APIKEY-002' ? (/kind (\w+)/.exec(message)?.[1] ?? '') : subject));
  }
  return sorted(found);
}

const sorted = (found: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Object.entries(found).map(([rule, ids]) => [rule, ids.toSorted()]));

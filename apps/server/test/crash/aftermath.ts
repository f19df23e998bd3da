import { expect } from 'vitest';
import { at, expectStatus, listAll, textAt, type Answer, type Client } from '../http/client.ts';
import { learn, replayOf, send, type KeyView, type ProjectView, type SentWrite, type Speakers, type TenantModel } from './sent-write.ts';

/** Everything that a tenant's admin can read of it. */
interface Stored {
  readonly status: string;
  readonly keys: ReadonlyMap<string, KeyView>;
  readonly projects: ReadonlyMap<string, ProjectView>;
  /** The outcomes that the audit log has for a request id. */
  readonly outcomes: ReadonlyMap<string, readonly string[]>;
}

/**
 * After a crash: every acknowledged write is there with its effect and its entry, every other one whole or not at all; each of these
 * is then sent again under its idempotency key, and happens once. Takes what it finds into what the client knows.
 * @returns how many writes nobody had acknowledged, and how many of them had happened
 */
export async function checkAftermath(tenants: readonly TenantModel[], sent: readonly SentWrite[], speakers: Speakers, gateway: Client): Promise<{ readonly unknown: number; readonly happened: number }> {
  let happened = 0;
  const unknown = sent.filter(({ answer }) => answer === null);
  for (const tenant of tenants) {
    const stored = await read(tenant, speakers);
    const own = sent.filter((one) => one.tenant === tenant);
    for (const one of own) {
      const outcomes = stored.outcomes.get(one.id) ?? [];
      if (one.answer === null) expect(outcomes.length, `${one.path} left more than one entry`).toBeLessThanOrEqual(1);
      else expect(outcomes, `${one.path}, acknowledged with ${one.answer.status}`).toEqual([one.answer.status < 300 ? 'COMMITTED' : 'DENIED']);
    }
    const pending = own.filter(({ answer }) => answer === null);
    expectStored(tenant, stored, pending);
    await expectIntact(tenant, stored, speakers);
    for (const one of pending) {
      const hadHappened = stored.outcomes.get(one.id)?.[0] === 'COMMITTED';
      if (hadHappened) happened += 1;
      await sendAgain(one, hadHappened, speakers);
    }
    for (const one of own.filter(({ answer }) => answer !== null && answer.status < 300).slice(-5)) {
      const again = await expectStatus(one.answer?.status ?? 0, send(one, speakers));
      expect(again.body, `${one.path}, sent again`).toEqual(replayOf(one.answer?.body));
    }
    // Sent again, each write has happened once; nothing else has changed.
    const after = await read(tenant, speakers);
    expectStored(tenant, after, []);
    for (const one of own.filter(({ answer }) => answer !== null && answer.status < 300)) {
      expect(after.outcomes.get(one.id)?.filter((outcome) => outcome === 'COMMITTED'), `${one.path}, sent again`).toHaveLength(1);
    }
    await expectVerdicts(tenant, gateway);
  }
  return { unknown: unknown.length, happened };
}

async function read(tenant: TenantModel, speakers: Speakers): Promise<Stored> {
  const admin = speakers.admin(tenant);
  const [overview, keys, projects, entries] = await Promise.all([
    expectStatus(200, admin.get('/v1/tenant')), listAll(admin, '/v1/api-keys'), listAll(admin, '/v1/projects'), listAll(admin, '/v1/audit'),
  ]);
  const outcomes = new Map<string, string[]>();
  for (const { requestId, outcome } of entries) {
    const list = outcomes.get(String(requestId)) ?? [];
    outcomes.set(String(requestId), [...list, String(outcome)]);
  }
  // `as`: the contract's shapes, which the HTTP suites hold these very answers against.
  return {
    status: textAt(overview, 'tenant', 'status'), outcomes,
    keys: new Map((keys as unknown as readonly KeyView[]).map((key) => [key.id, key])),
    projects: new Map((projects as unknown as readonly ProjectView[]).map((project) => [project.id, project])),
  };
}

/**
 * What is stored is what the client was shown, but for the writes that nobody acknowledged: of each of these, what it writes is there
 * exactly if its entry is.
 */
function expectStored(tenant: TenantModel, stored: Stored, pending: readonly SentWrite[]): void {
  const expectedKeys = new Map<string, KeyView>([...tenant.keys].map(([id, { shown }]) => [id, shown]));
  const expectedProjects = new Map<string, ProjectView>([...tenant.projects].map(([id, { shown }]) => [id, shown]));
  let { status } = tenant as { status: string };
  for (const { id, intent } of pending.filter((one) => stored.outcomes.get(one.id)?.[0] === 'COMMITTED')) {
    switch (intent.what) {
      case 'CREATE_KEY':
        adopt(expectedKeys, [...stored.keys.values()].filter(({ name, rotatedFrom }) => name === id && rotatedFrom === null));
        break;
      case 'ROTATE':
        adopt(expectedKeys, [...stored.keys.values()].filter(({ rotatedFrom }) => rotatedFrom === intent.key.shown.id));
        expectedKeys.set(intent.key.shown.id, stepped(intent.key.shown, stored, 'REVOKED'));
        break;
      case 'FREEZE':
      case 'UNFREEZE':
      case 'REVOKE':
        expectedKeys.set(intent.key.shown.id, stepped(intent.key.shown, stored, ({ FREEZE: 'FROZEN', UNFREEZE: 'ACTIVE', REVOKE: 'REVOKED' } as const)[intent.what]));
        break;
      case 'CREATE_PROJECT':
        adopt(expectedProjects, [...stored.projects.values()].filter(({ name }) => name === id));
        break;
      case 'ARCHIVE_PROJECT':
        adopt(expectedProjects, [...stored.projects.values()].filter((project) => project.id === intent.project.shown.id && project.status === 'ARCHIVED'));
        break;
      case 'SUSPEND':
      case 'RESUME':
        status = intent.what === 'SUSPEND' ? 'SUSPENDED' : 'ACTIVE';
        break;
      default:
        intent satisfies never;
    }
  }
  // The first management key and the default project were made before anybody looked.
  const shownKeys = new Map([...stored.keys].filter(([id, { kind }]) => kind === 'SERVICE' || expectedKeys.has(id)));
  const shownProjects = new Map([...stored.projects].filter(([id]) => id !== tenant.defaultProjectId));
  expect(withoutUsage(shownKeys), 'keys').toEqual(withoutUsage(expectedKeys));
  expect(Object.fromEntries(shownProjects), 'projects').toEqual(Object.fromEntries(expectedProjects));
  expect(stored.status, 'the status of the tenant').toBe(status);
}

/** Usage is written seconds later, and no write of anybody's. */
const USAGE: ReadonlySet<string> = new Set(['lastUsedAt', 'lastAddress', 'verifications']);
const withoutUsage = (keys: ReadonlyMap<string, KeyView>): object =>
  Object.fromEntries([...keys].map(([id, key]) => [id, Object.fromEntries(Object.entries(key).filter(([name]) => !USAGE.has(name)))]));

/** The one thing that a write whose entry is there must have made. */
function adopt<Thing extends { readonly id: string }>(expected: Map<string, Thing>, found: readonly Thing[]): void {
  expect(found, 'what a write made whose entry is in the audit log').toHaveLength(1);
  for (const one of found) expected.set(one.id, one);
}

/** A key one step on, with the stored values of what the step writes besides. */
function stepped(before: KeyView, stored: Stored, status: KeyView['status']): KeyView {
  const after = stored.keys.get(before.id);
  expect(after, `the key ${before.id}`).toMatchObject({ status, version: before.version + 1 });
  return after ?? before;
}

/** The chain verifies, and what is counted for the plan is what is there. */
async function expectIntact(tenant: TenantModel, stored: Stored, speakers: Speakers): Promise<void> {
  const admin = speakers.admin(tenant);
  const verdict = await expectStatus(200, admin.get('/v1/audit/verify'));
  expect(verdict.body).toMatchObject({ valid: true });
  expect(at(verdict, 'entries')).toBe(at(verdict, 'head', 'seq'));
  const live = [...stored.keys.values()].filter(({ status }) => status !== 'REVOKED');
  expect((await expectStatus(200, admin.get('/v1/tenant'))).body).toMatchObject({
    usage: {
      serviceKeys: live.filter(({ kind }) => kind === 'SERVICE').length,
      managementKeys: live.filter(({ kind }) => kind === 'MANAGEMENT').length,
      projects: [...stored.projects.values()].filter(({ status }) => status === 'ACTIVE').length,
    },
  });
}

/** Sends a write again that nobody acknowledged: its first answer where it had happened, else it happens now. */
async function sendAgain(one: SentWrite, hadHappened: boolean, speakers: Speakers): Promise<void> {
  const again = await settled(() => send(one, speakers));
  if (hadHappened) {
    expect(again.status, `${one.path} had happened; sent again: ${again.text}`).toBeLessThan(300);
    expect(again.body).toEqual(replayOf(again.body));
  } else if (again.status >= 300) {
    // The tenant that is suspended and resumed may be suspended now, or be where the write would lead it.
    expect(again.status, again.text).toBe(409);
    expect(at(again, 'code')).toBe('INVARIANT_VIOLATION');
    return;
  }
  one.answer = again;
  learn(one, again);
}

/** What a database that was asked just before the crash may still hold for a moment. */
async function settled(ask: () => Promise<Answer>): Promise<Answer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask();
    if (attempt === 20 || !(answer.status === 503 || at(answer, 'code') === 'IDEMPOTENCY_IN_FLIGHT')) return answer;
    await new Promise((resolve) => { setTimeout(resolve, 250); });
  }
}

/** Each key verifies as its state, and its tenant's, says. */
async function expectVerdicts(tenant: TenantModel, gateway: Client): Promise<void> {
  const known = [...tenant.keys.values()].filter(({ token }) => token !== null);
  for (let from = 0; from < known.length; from += 500) {
    const some = known.slice(from, from + 500);
    const answer = await expectStatus(200, gateway.post('/int/v1/keys/verify-batch', { items: some.map(({ token }) => ({ token })) }));
    const codes = some.map((_, place) => at(answer, 'results', place, 'code'));
    expect(codes).toEqual(some.map(({ shown: { status } }) => {
      if (status !== 'ACTIVE') return status;
      return tenant.status === 'ACTIVE' ? 'VALID' : 'TENANT_NOT_ACTIVE';
    }));
  }
}

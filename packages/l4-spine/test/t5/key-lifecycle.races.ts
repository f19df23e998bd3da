import { expectDenied, expectOk } from '@hoc/testbed/composed';
import { describe, expect, test } from 'vitest';
import { proved } from './proved.ts';
import { chainOf, often, refusals, rush } from './race.ts';
import { byAdmin, onKey, rotateKey, undoRotation, WIDE_PLAN, type Answer, type Ask, type Cast, type Registry, type Stage } from './stage.ts';
import { KEY_WITHOUT_LOCK } from './unlocked.ts';

interface StoredKey {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly version: number;
  readonly rotatedFrom: string | null;
  readonly rotatedTo: string | null;
  readonly revokedAt: Date | null;
  readonly revokedReason: string | null;
}

const keysOf = (stage: Stage, tenant: Cast, ids: readonly string[]): Promise<StoredKey[]> =>
  stage.db.asOwner<StoredKey>(
    `select id, name, status, version, rotated_from as "rotatedFrom", rotated_to as "rotatedTo", revoked_at as "revokedAt", revoked_reason as "revokedReason"
      from api_keys where tenant_id = $1 and (id = any($2) or rotated_from = any($2)) order by created_at, id`,
    [tenant.id, ids],
  );

/** Every one of these steps on one key, in one of the orders, at once. */
function rotatedBy<Item>(items: readonly Item[], by: number): Item[] {
  return items.map((_, at) => items[(at + by) % items.length] as Item); // the index is within the list
}

/** What a key becomes step by step, as DOMAIN.md has it: a model of three steps, without their times and reasons. */
class KeyModel {
  status: 'ACTIVE' | 'FROZEN' | 'REVOKED' = 'ACTIVE';
  isRotated = false;
  version = 1;

  allows(method: string): boolean {
    if (method === 'revoke') return this.status !== 'REVOKED';
    return method === 'rotate' ? this.status === 'ACTIVE' && !this.isRotated : this.status === 'ACTIVE';
  }

  take(method: string, overlapSeconds: number): void {
    if (method === 'freeze') this.status = 'FROZEN';
    if (method === 'rotate') this.isRotated = true;
    if (method === 'revoke' || (method === 'rotate' && overlapSeconds === 0)) this.status = 'REVOKED';
    this.version += 1;
  }
}

export function keyLifecycleRaces(stage: () => Stage): void {
  const wide = (): Promise<Cast> => stage().tenant({ plan: WIDE_PLAN });
  const sixRotations = (tenant: Cast, id: string, servers?: readonly Registry[]): Promise<Answer[]> =>
    rush(stage(), Array.from({ length: 6 }, () => rotateKey(tenant, id)), servers);

  describe('steps on one key at once', () => {
    test.for([3600, 0])('revoke, freeze and rotate (overlap %i s) happen one after the other, and none is lost', async (overlapSeconds, { task }) => {
      const tenant = await wide();
      await often(60, async (round) => {
        const { id } = await stage().key(tenant);
        const asks = rotatedBy([onKey(tenant, 'revoke', id), onKey(tenant, 'freeze', id), rotateKey(tenant, id, overlapSeconds)], round);
        const answers = await rush(stage(), asks);
        const model = new KeyModel();
        const committed = (await chainOf(stage(), tenant.id)).filter(({ subject, method }) => subject === id && method !== 'create');
        for (const { method } of committed) {
          expect(model.allows(method), `${method} after ${committed.map((step) => step.method).join()}`).toBe(true);
          model.take(method, overlapSeconds);
        }
        expect(answers.filter(({ result }) => result.ok)).toHaveLength(committed.length);
        expect(refusals(answers).filter((rule) => rule !== 'BI-APIKEY-004')).toEqual([]);
        // What was denied was denied for a reason that lasts: no step was lost on the way.
        for (const [at, { result }] of answers.entries()) if (!result.ok) expect(model.allows(asks[at]?.method ?? '')).toBe(false);
        const [stored, ...successors] = await keysOf(stage(), tenant, [id]);
        expect(stored).toMatchObject({ status: model.status, version: model.version, rotatedTo: model.isRotated ? successors[0]?.id : null });
        expect(successors.map(({ status }) => status)).toEqual(model.isRotated ? ['ACTIVE'] : []);
      });
      proved(task, 'BI-APIKEY-004', 'race');
    });

    test('of six rotations one wins: there is one new key', async ({ task }) => {
      const tenant = await wide();
      await often(30, async () => {
        const { id } = await stage().key(tenant);
        expect(refusals(await sixRotations(tenant, id))).toEqual(Array.from({ length: 5 }, () => 'BI-APIKEY-004'));
        const [old, ...successors] = await keysOf(stage(), tenant, [id]);
        expect(successors).toHaveLength(1);
        expect(old).toMatchObject({ rotatedTo: successors[0]?.id, version: 2 });
      });
      proved(task, 'BI-APIKEY-004', 'race');
    });

    test('without the locks on the key and its counters, the rule lets other rotations through, and only the version of the key stops them', async () => {
      const servers = stage().fleetOf({ substitute: KEY_WITHOUT_LOCK });
      const tenant = await wide();
      const refused: string[] = [];
      await often(30, async () => {
        refused.push(...refusals(await sixRotations(tenant, (await stage().key(tenant)).id, servers)));
      });
      expect(refused).toContain('INTERNAL');
    });

    test('undoing a rotation and revoking its old key: the new key lives exactly where nothing was undone', async () => {
      const tenant = await wide();
      await often(40, async (round) => {
        const { old, next } = await rotation(tenant);
        const [undo, revoke] = await inEitherOrder(round, undoRotation(tenant, next), onKey(tenant, 'revoke', old));
        expectOk(revoke.result);
        const keys = await keysOf(stage(), tenant, [old]);
        expect(keys).toMatchObject([{ id: old, status: 'REVOKED' }, { id: next, status: undo.result.ok ? 'REVOKED' : 'ACTIVE' }]);
        if (!undo.result.ok) expect(refusals([undo])).toEqual(['BI-APIKEY-004']);
      });
    });

    test('undoing a rotation and revoking its new key: one of the two does it', async () => {
      const tenant = await wide();
      await often(40, async (round) => {
        const { old, next } = await rotation(tenant);
        const [undo, revoke] = await inEitherOrder(round, undoRotation(tenant, next), onKey(tenant, 'revoke', next));
        expect(refusals([undo, revoke])).toEqual(['BI-APIKEY-004']);
        const keys = await keysOf(stage(), tenant, [old]);
        expect(keys).toMatchObject([{ id: old, status: 'ACTIVE', rotatedTo: undo.result.ok ? null : next }, { id: next, status: 'REVOKED' }]);
      });
    });

    test('of six updates at one version one wins, the others are told VERSION_CONFLICT', async () => {
      const tenant = await wide();
      await often(30, async () => {
        const { id: keyId } = await stage().key(tenant);
        const names = Array.from({ length: 6 }, (_, at) => `name ${at}`);
        const answers = await rush(stage(), names.map((name) => byAdmin(tenant, 'api_keys.write', 'update', { keyId, version: 1, name })));
        expect(refusals(answers)).toEqual(Array.from({ length: 5 }, () => 'VERSION_CONFLICT'));
        const winner = names[answers.findIndex(({ result }) => result.ok)];
        expect(await keysOf(stage(), tenant, [keyId])).toMatchObject([{ name: winner, version: 2 }]);
      });
    });
  });

  describe('a second revoke', () => {
    test('of six at once, the first one stays: its reason, its time', async ({ task }) => {
      const tenant = await wide();
      await often(30, async () => {
        const { id: keyId } = await stage().key(tenant);
        const reasons = Array.from({ length: 6 }, (_, at) => `reason ${at}`);
        const answers = await rush(stage(), reasons.map((reason) => byAdmin(tenant, 'api_keys.write', 'revoke', { keyId, reason })));
        expect(refusals(answers)).toEqual(Array.from({ length: 5 }, () => 'BI-APIKEY-004'));
        const winner = reasons[answers.findIndex(({ result }) => result.ok)];
        expect(await keysOf(stage(), tenant, [keyId])).toMatchObject([{ status: 'REVOKED', revokedReason: winner, version: 2 }]);
      });
      proved(task, 'BI-APIKEY-004', 'race');
    });

    test('an hour later says when the first one was, and changes nothing', async () => {
      const tenant = await wide();
      const { id: keyId } = await stage().key(tenant);
      await stage().do(onKey(tenant, 'revoke', keyId));
      const [first] = await keysOf(stage(), tenant, [keyId]);
      const later = stage().server({ clock: () => new Date(Date.now() + 3_600_000) });
      const { result } = await stage().ask(byAdmin(tenant, 'api_keys.write', 'revoke', { keyId, reason: 'again' }), later);
      expect(expectDenied(result)).toMatchObject({ status: 409, violations: [{ invariantId: 'BI-APIKEY-004' }] });
      expect(expectDenied(result).violations?.[0]?.message).toContain(first?.revokedAt?.toISOString());
      expect(await keysOf(stage(), tenant, [keyId])).toEqual([first]);
    });
  });

  async function rotation(tenant: Cast): Promise<{ readonly old: string; readonly next: string }> {
    const { id: old } = await stage().key(tenant);
    const { key } = await stage().do<{ key: { id: string } }>(rotateKey(tenant, old));
    return { old, next: key.id };
  }

  async function inEitherOrder(round: number, one: Ask, other: Ask): Promise<readonly [Answer, Answer]> {
    if (round % 2 === 0) return Promise.all([stage().ask(one), stage().ask(other)]);
    const [second, first] = await Promise.all([stage().ask(other), stage().ask(one)]);
    return [first, second];
  }
}

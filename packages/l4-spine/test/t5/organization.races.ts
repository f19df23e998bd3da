import { describe, expect, test } from 'vitest';
import { proved } from './proved.ts';
import { meet, refusedBy } from './race.ts';
import { violationsOf } from './records.ts';
import type { Registry, Stage } from './stage.ts';
import { ORGANIZATION_WITHOUT_LOCK } from './unlocked.ts';

const ROUNDS = 200;
/** What PostgreSQL says where a row is still referred to: restrict_violation since version 18, foreign_key_violation before. */
const STILL_REFERRED_TO: readonly unknown[] = ['23001', '23503'];

interface OrganizationRaces {
  rounds: number;
  /** Tenants that were created; their organization was kept. */
  created: number;
  /** Tenants that BI-TENANT-002 refused; their organization is gone. */
  denied: number;
  /** Whatever else a round ended with: what the tenant was refused by, and whether its organization is gone. */
  readonly others: string[];
}

/**
 * No operation of HOC deletes an organization. The owner of the tables does, as a migration or a person at psql would, under
 * the locks that PostgreSQL has for that: again and again while a tenant of it is created.
 */
async function deletions(stage: Stage, registry: Registry, { rounds, enough = Infinity }: { readonly rounds: number; readonly enough?: number }): Promise<OrganizationRaces> {
  const report: OrganizationRaces = { rounds: 0, created: 0, denied: 0, others: [] };
  while (report.rounds < rounds && report.others.length < enough) {
    report.rounds += 1;
    const { id: organizationId } = await stage.do<{ id: string }>(stage.byOperator('account.write', 'create_organization', { name: 'Soon to go' }));
    const input = { organizationId, name: 'A tenant', plan: 'FREE', contactEmail: 'admin@example.com' };
    const [{ result, requestId }, isGone] = await meet(
      report.rounds,
      () => stage.ask(stage.byOperator('account.write', 'create_tenant', input), registry),
      () => isDeleted(stage, organizationId),
    );
    // The rule's answer names nothing, and the handler has the same one; the record tells them apart.
    const blockedBy = result.ok ? [] : (await violationsOf(stage.db, requestId)).map(({ invariantId, outcome }) => `${invariantId} ${outcome}`);
    if (result.ok && !isGone) report.created += 1;
    else if (blockedBy.join() === 'BI-TENANT-002 BLOCKED' && isGone) report.denied += 1;
    else report.others.push(`${result.ok ? 'created' : refusedBy({ result, requestId })}, the organization ${isGone ? 'is gone' : 'was kept'}`);
  }
  return report;
}

/** Whether the organization could be deleted; not, where a tenant was there first. */
async function isDeleted({ db }: Stage, id: string): Promise<boolean> {
  try {
    await db.asOwner('delete from organizations where id = $1', [id]);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && STILL_REFERRED_TO.includes(error.code)) return false;
    throw error;
  }
}

export function organizationRaces(stage: () => Stage): void {
  describe('deleting an organization, past HOC, against a tenant of it', () => {
    test(`in ${ROUNDS} rounds the rule refuses the tenant, or the organization stays`, async ({ annotate, task }) => {
      const report = await deletions(stage(), stage().composed.registry, { rounds: ROUNDS });
      await annotate(`${report.created} tenants created, ${report.denied} refused`);
      expect(report).toMatchObject({ rounds: ROUNDS, others: [] });
      expect(report.created).toBeGreaterThan(ROUNDS / 20);
      expect(report.denied).toBeGreaterThan(ROUNDS / 20);
      proved(task, 'BI-TENANT-002', 'race');
    });

    test('without the lock on the organization, the rule lets tenants of gone ones through, and only the foreign key stops them', async () => {
      const { others } = await deletions(stage(), stage().server({ substitute: ORGANIZATION_WITHOUT_LOCK }), { rounds: 1000, enough: 3 });
      expect(others).toEqual(Array.from({ length: 3 }, () => 'INTERNAL, the organization is gone'));
    });
  });
}

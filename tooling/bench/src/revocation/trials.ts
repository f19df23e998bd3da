import { HttpClient, valueOf } from '../load/http-client.ts';
import type { Target } from '../load/plan.ts';
import { seeded, type Random } from '@hoc/testbed/random';
import { trial, type Seen, type Subject } from './trial.ts';

/** REVOKE and FREEZE are of a key, SUSPEND of its tenant. UNFREEZE and RESUME end what must not be denied any more. */
export const CHANGES = ['REVOKE', 'FREEZE', 'UNFREEZE', 'SUSPEND', 'RESUME'] as const;
export type Change = (typeof CHANGES)[number];

/** Where trials run: servers of one installation, and who may do what there. */
export interface TrialGround {
  /** Each is verified at; changes are made at one after the other. */
  readonly targets: readonly Target[];
  readonly gatewayToken: string;
  readonly operatorToken: string;
  /** Each side-by-side trial has one of these tenants to itself. */
  readonly tenants: readonly { readonly id: string; readonly managementToken: string }[];
}

/** What all trials of one change have seen, together. */
export interface Outcome {
  readonly change: Change;
  readonly trials: number;
  readonly inFlight: number;
  /** Trials whose change was answered while a verification was under way. */
  readonly withSomeInFlight: number;
  readonly begunAfter: number;
  readonly stale: number;
  readonly firstStale: readonly string[];
  readonly unavailable: number;
}

export interface TrialOptions {
  /** Of each of revoke, freeze and suspend; the two that end them come besides. */
  readonly trials: number;
  /** Connections per server that verify without end. */
  readonly verifiers?: number;
  readonly seed: number;
}

const LATE_PER_TARGET = 2;
const SHOWN = 5;

/** Runs trials of each change, those of different tenants side by side. */
export async function runTrials(ground: TrialGround, { trials, verifiers = 4, seed }: TrialOptions): Promise<readonly Outcome[]> {
  const seen = new Map<Change, Seen[]>(CHANGES.map((change) => [change, []]));
  let left = trials;
  await Promise.all(ground.tenants.map(async (tenant, number) => {
    const stage = await Stage.open(ground, tenant, verifiers, seeded(seed + number));
    try {
      for (; left > 0;) {
        left -= 1;
        for (const [change, found] of await stage.playAll()) seen.get(change)?.push(found);
      }
    } finally {
      stage.close();
    }
  }));
  return [...seen].map(([change, found]) => {
    const stale = found.flatMap((one) => one.stale);
    return {
      change, trials: found.length, inFlight: sum(found.map(({ inFlight }) => inFlight)), withSomeInFlight: found.filter(({ inFlight }) => inFlight > 0).length,
      begunAfter: sum(found.map(({ begunAfter }) => begunAfter)), stale: stale.length, firstStale: stale.slice(0, SHOWN),
      unavailable: sum(found.map((one) => one.unavailable)),
    };
  });
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** One tenant, with connections of its own to all servers. */
class Stage {
  readonly #tenantId: string;
  readonly #random: Random;
  readonly #verifiers: readonly HttpClient[];
  readonly #late: readonly HttpClient[];
  readonly #admins: readonly HttpClient[];
  readonly #operators: readonly HttpClient[];
  #made = 0;

  private constructor({ targets, gatewayToken, operatorToken }: TrialGround, tenant: TrialGround['tenants'][number], verifiers: number, random: Random) {
    const clients = (count: number, token: string): readonly HttpClient[] => targets.flatMap((target) => Array.from({ length: count }, () => new HttpClient(target, token)));
    this.#tenantId = tenant.id;
    this.#random = random;
    this.#verifiers = clients(verifiers, gatewayToken);
    this.#late = clients(LATE_PER_TARGET, gatewayToken);
    this.#admins = clients(1, tenant.managementToken);
    this.#operators = clients(1, operatorToken);
  }

  static async open(ground: TrialGround, tenant: TrialGround['tenants'][number], verifiers: number, random: Random): Promise<Stage> {
    const stage = new Stage(ground, tenant, verifiers, random);
    await Promise.all(stage.#all().map((client) => client.connect()));
    return stage;
  }

  /** One key through every change. */
  async playAll(): Promise<readonly (readonly [Change, Seen])[]> {
    const at = this.#made % this.#admins.length;
    this.#made += 1;
    const admin = this.#admins[at] as HttpClient; // below their number
    const operator = this.#operators[at] as HttpClient; // as many
    const made = await admin.ask('POST', '/v1/api-keys', { name: `trial ${this.#made}`, environment: 'live', permissions: ['tiles:read'] });
    const { token, key: { id } } = valueOf<{ token: string; key: { id: string } }>(made);
    const of = (change: Change, before: string, after: string, client: HttpClient, path: string) => async (): Promise<readonly [Change, Seen]> => {
      const subject: Subject = { token, before, after, change: async () => void valueOf(await client.ask('POST', path, { reason: 'trial' })) };
      return [change, await trial(subject, { verifiers: this.#verifiers, late: this.#late, random: this.#random })];
    };
    const tenant = `/fdr/v1/tenants/${this.#tenantId}`;
    const key = `/v1/api-keys/${id}`;
    const played: (readonly [Change, Seen])[] = [];
    for (const play of [
      of('FREEZE', 'VALID', 'FROZEN', admin, `${key}/freeze`), of('UNFREEZE', 'FROZEN', 'VALID', admin, `${key}/unfreeze`),
      of('SUSPEND', 'VALID', 'TENANT_NOT_ACTIVE', operator, `${tenant}/suspend`), of('RESUME', 'TENANT_NOT_ACTIVE', 'VALID', operator, `${tenant}/resume`),
      of('REVOKE', 'VALID', 'REVOKED', admin, `${key}/revoke`),
    ]) played.push(await play());
    return played;
  }

  close(): void {
    for (const client of this.#all()) client.close();
  }

  #all(): readonly HttpClient[] {
    return [...this.#verifiers, ...this.#late, ...this.#admins, ...this.#operators];
  }
}

import type { Principal } from '@hoc/l4-spine/kernel/principal';
import { MAIL_EVENT_TYPES, REPLAY_REQUESTED, typesToldTo } from '@hoc/l5-engines/outbox/event-types';
import { openOutbound, type Outbound, type OutboundSettings } from '@hoc/l5-engines/outbound/outbound';
import type { Database } from '@hoc/l6-drivers/database/database';
import { Deliveries } from '@hoc/l6-drivers/outbox/deliveries';
import { createComposed, expectDenied, expectOk, type Composed } from '@hoc/testbed/composed';
import type { Backend } from '@hoc/testbed/databases';
import { createTestCa, type TestCa } from '@hoc/testbed/test-ca';
import type { TurnEnd } from '../../src/relay/dispatcher.ts';
import { deliverToTenant } from '../../src/relay/deliver-to-tenant.ts';
import type { DeliveryParts } from '../../src/relay/delivery-parts.ts';
import type { Mailer } from '../../src/relay/mailer.ts';
import { Receiver } from './receiver.ts';

/** The network of the receivers of tests, as an operator would allow it. */
export const LAB = [{ name: 'lab', ranges: ['127.0.0.0/8'] }] as const;

export interface StagedTenant {
  readonly id: string;
  readonly admin: Principal;
}

export interface StagedWebhook {
  readonly id: string;
  readonly secret: string;
}

/** A waiting time that a server asked to be woken after. */
export interface Wait {
  readonly tenantId: string;
  readonly what: string;
  readonly at: Date;
}

/** HOC composed on a real database, with receivers over real HTTPS, and a clock that the test moves. */
export class Stage {
  readonly composed: Composed;
  readonly ca: TestCa;
  readonly logged: object[] = [];
  readonly waits: Wait[] = [];
  readonly #receivers: Receiver[] = [];
  readonly #clock: { now: number };

  private constructor(composed: Composed, ca: TestCa, clock: { now: number }) {
    this.composed = composed;
    this.ca = ca;
    this.#clock = clock;
  }

  static async open(backend: Backend): Promise<Stage> {
    // Signatures are verified against the real time, which this one starts at.
    const clock = { now: Date.now() };
    const composed = await createComposed(backend, { clock: () => new Date(clock.now), urlPolicy: { allowHttp: false, networks: LAB } });
    return new Stage(composed, await createTestCa(), clock);
  }

  get now(): Date {
    return new Date(this.#clock.now);
  }

  pass(ms: number): void {
    this.#clock.now += ms;
  }

  async receiver(): Promise<Receiver> {
    const receiver = await Receiver.open(this.ca);
    this.#receivers.push(receiver);
    return receiver;
  }

  /** What a server delivers with. Each is another server. */
  server(more: Partial<DeliveryParts> & { readonly database?: Database } = {}): DeliveryParts {
    const log = (event: unknown): void => void this.logged.push(event as object); // pino takes an object first
    return {
      deliveries: new Deliveries(more.database ?? this.composed.db.database, { mailTypes: MAIL_EVENT_TYPES, typesToldTo, replayType: REPLAY_REQUESTED }),
      outbound: this.outbound(), keks: this.composed.vault.keks, mailer: takesAll,
      log: { info: log, warn: log, error: log },
      clock: () => this.now, random: () => 0,
      later: async (tenantId, what, at) => void this.waits.push({ tenantId, what, at }),
      ...more,
    };
  }

  outbound(settings: Partial<OutboundSettings> = {}): Outbound {
    // No pauses: what a circuit does is shown elsewhere, and this clock does not move it.
    return openOutbound({ networks: LAB, allowHttp: false, extraCa: [this.ca.cert], limits: { failuresToOpen: 1_000_000 }, ...settings });
  }

  /** One turn of the tenant on a server, in each lane. */
  async deliver({ id }: StagedTenant, server: DeliveryParts = this.server()): Promise<TurnEnd> {
    const { signal } = new AbortController();
    const ends = await Promise.all([deliverToTenant(server, id, 'MAIL', signal), deliverToTenant(server, id, 'WEBHOOKS', signal)]);
    return ends.includes('MORE') ? 'MORE' : ends.find((end) => end !== 'NOTHING') ?? 'NOTHING';
  }

  /** Turn after turn, the clock moved to what is waited for, until nothing is. */
  async deliverAll(tenant: StagedTenant, server: DeliveryParts = this.server()): Promise<void> {
    for (let turns = 0; turns < 200; turns += 1) {
      this.waits.length = 0;
      const end = await this.deliver(tenant, server);
      const next = this.waits.map(({ at }) => at.getTime()).toSorted((a, b) => a - b)[0];
      if (next === undefined && end !== 'MORE') return;
      if (next !== undefined) this.#clock.now = Math.max(this.#clock.now, next);
    }
    throw new Error('there is no end to what is to be delivered');
  }

  /** A provisioned tenant and its first management key. */
  async tenant(): Promise<StagedTenant> {
    const { registry, operator, principalOf } = this.composed;
    const write = async <Value>(method: string, input: object, tenantId?: string): Promise<Value> =>
      expectOk<Value>(await registry.execute('account.write', { method, principal: operator, input, ...(tenantId === undefined ? {} : { tenantId }) }));
    const { id: organizationId } = await write<{ id: string }>('create_organization', { name: 'Acme' });
    const { id } = await write<{ id: string }>('create_tenant', { organizationId, name: 'Acme', plan: 'ENTERPRISE', contactEmail: 'ops@acme.example' });
    const { managementKey } = await write<{ managementKey: { token: string } }>('provision_tenant', {}, id);
    return { id, admin: await principalOf(managementKey.token) };
  }

  async ask<Value>({ admin }: StagedTenant, address: string, method: string, input: object): Promise<Value> {
    return expectOk<Value>(await this.composed.registry.execute(address, { method, principal: admin, input }));
  }

  /** The code of a refusal. */
  async refused({ admin }: StagedTenant, address: string, method: string, input: object): Promise<string> {
    return expectDenied(await this.composed.registry.execute(address, { method, principal: admin, input })).code;
  }

  async webhook(tenant: StagedTenant, { url }: Receiver, eventTypes?: readonly string[]): Promise<StagedWebhook> {
    const made = await this.ask<{ webhook: { id: string }; secret: string }>(tenant, 'webhooks.write', 'create', { url, ...(eventTypes === undefined ? {} : { eventTypes }) });
    return { id: made.webhook.id, secret: made.secret };
  }

  /** Makes projects, each of which is an event; answers their names. */
  async projects(tenant: StagedTenant, count: number, prefix = 'p'): Promise<readonly string[]> {
    const names = Array.from({ length: count }, (_, n) => `${prefix}${n}`);
    for (const name of names) await this.ask(tenant, 'account.write', 'create_project', { name });
    return names;
  }

  async close(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => receiver.shut()));
    await this.composed.close();
  }
}

const takesAll: Mailer = { send: async () => {}, withinMs: 1000, close: () => {} };

/** The names of the projects that a receiver was told of, each at its first arrival. */
export const projectsIn = (receiver: Receiver): readonly string[] => {
  const seen = new Map(receiver.received.map(({ id, data }) => [id, data] as const));
  return receiver.firstArrivals.map((id) => String((seen.get(id)?.['project'] as { name?: unknown } | undefined)?.name)); // the event's data: the project that was made
};

import type { DeadLetter, StoredEvent, WebhookEndpoint } from '@hoc/l7-models/outbox.tables';
import { PLATFORM } from '@hoc/l7-models/platform';
import type { Database } from '../database/database.ts';
import { inOwnTransaction } from '../database/own-transaction.ts';
import type { Sql } from '../database/sql.ts';
import { ConsumerCursorReader } from './consumer-cursors.driver.ts';
import { DeadLetterWriter } from './dead-letters.driver.ts';
import { DeliveryDriver, type Claimed, type Settled, type SettledConsumer, type WrappedDataKey } from './delivery.driver.ts';
import { OutboxEventReader, type Selection } from './events.driver.ts';
import type { Position } from './position.ts';

/** Who is told of what. */
export interface Choice {
  readonly mailTypes: readonly string[];
  /** The types that an endpoint with this list is told of. */
  typesToldTo(eventTypes: readonly string[]): readonly string[];
  /** Has an earlier event sent again to the endpoint that its payload names: `{endpointId, seq, ordinal}`. */
  readonly replayType: string;
}

/** What is to be mailed next, claimed for one server until a time. */
export interface MailClaim {
  readonly tenantId: string;
  readonly event: StoredEvent;
  readonly claimed: Claimed;
  /** With the one that is about to begin. */
  readonly attempts: number;
  /** The key that the event names; null where it names none that there is. */
  readonly dataKey: WrappedDataKey | null;
}

/** What an endpoint is to be told next, claimed in the same way. */
export interface WebhookClaim extends MailClaim {
  readonly endpoint: WebhookEndpoint;
  /** What the receiver gets: the event, or the earlier one that it has sent again. */
  readonly told: StoredEvent;
}

/** Whether a receiver could be told something now, and if not, when that may be: its wait is over then, or the claim of a server that may have died. */
export type Due = { readonly isNow: true } | { readonly isNow: false; readonly at: Date };

/** What is to be told, of all that a tenant's receivers have not been told: by `mail`, or by the id of an endpoint. */
export interface Dues {
  readonly mail: Due | null;
  readonly endpoints: Readonly<Record<string, Due>>;
}

/** From when, and until when, an event is the claiming server's to tell. */
export interface ClaimTime {
  readonly now: Date;
  readonly until: Date;
}

/** A cursor that lags behind the tenant's last event by so many writes is moved there when nothing of its own lies between. */
const LAG = 100;
const TENANTS_AT_ONCE = 500;

/**
 * Claims what is next to be told, and settles what became of it: each in a short transaction of its own, with none open while
 * it is told. INVARIANT: an event is claimed only when all events before it that the same receiver is told of are settled.
 */
export class Deliveries {
  readonly #database: Database;
  readonly #choice: Choice;

  constructor(database: Database, choice: Choice) {
    this.#database = database;
    this.#choice = choice;
  }

  /** The ids of all tenants, page by page; one that is made meanwhile may be left out. */
  async *tenants(): AsyncGenerator<readonly string[]> {
    let page: readonly string[];
    let last = '';
    do {
      const after = last;
      page = await this.#in(PLATFORM, ({ delivery }) => delivery.tenantsAfter(after, TENANTS_AT_ONCE));
      yield page;
      last = page.at(-1) ?? '';
    } while (page.length === TENANTS_AT_ONCE);
  }

  /** What could be claimed, now or later, without claiming it. */
  due(tenantId: string, now: Date): Promise<Dues> {
    return this.#in(tenantId, async ({ delivery, cursors, events }) => {
      const [mail, last, endpoints] = await Promise.all([cursors.get(tenantId, 'MAIL'), events.last(tenantId), delivery.endpoints(tenantId)]);
      const dueOf = async (cursor: Cursor, selection: Selection): Promise<Due | null> => {
        const at = placeOf(cursor);
        const isWorthClaiming = last.seq >= at.seq + LAG || (!isSame(at, last) && (await events.next(tenantId, at, selection)) !== null);
        if (!isWorthClaiming) return null;
        const { nextAttemptAt } = cursor;
        return nextAttemptAt === null || nextAttemptAt.getTime() <= now.getTime() ? { isNow: true } : { isNow: false, at: nextAttemptAt };
      };
      const [ofMail, ...found] = await Promise.all([
        dueOf(mail, this.#mailSelection()),
        ...endpoints.map(async (endpoint) => [endpoint.id, await dueOf(endpoint, this.#selectionOf(endpoint))] as const),
      ]);
      return { mail: ofMail, endpoints: Object.fromEntries(found.filter((pair): pair is [string, Due] => pair[1] !== null)) };
    });
  }

  /** The next event of an endpoint; null where there is none, where it is not due, or where another server is telling it. */
  claimWebhook(tenantId: string, endpointId: string, time: ClaimTime): Promise<WebhookClaim | null> {
    return this.#in(tenantId, (drivers) => this.#claimNext(drivers, tenantId, endpointId, time));
  }

  /** The next event that mail is sent for, in the same way. */
  claimMail(tenantId: string, { now, until }: ClaimTime): Promise<MailClaim | null> {
    return this.#in(tenantId, async ({ delivery, events }) => {
      const [cursor, last] = await Promise.all([delivery.lockConsumer(tenantId, 'MAIL', now), events.last(tenantId)]);
      if (cursor === null) return null;
      const at = placeOf(cursor);
      const event = await events.next(tenantId, at, this.#mailSelection());
      if (event === null) {
        if (cursor.attempts > 0 || last.seq >= at.seq + LAG) await delivery.passConsumer(tenantId, 'MAIL', last);
        return null;
      }
      await delivery.claimConsumer(tenantId, 'MAIL', until);
      const dataKeyId = event.payload['dataKeyId'];
      const dataKey = typeof dataKeyId === 'string' ? await delivery.dataKey(tenantId, dataKeyId) : null;
      return { tenantId, event, claimed: { ...at, until }, attempts: cursor.attempts + 1, dataKey };
    });
  }

  /** Writes down what became of a claim, and the letter where the event was given up. False, and nothing written, where the claim no longer stands. */
  settleWebhook(claim: WebhookClaim, to: Settled, letter: DeadLetter | null): Promise<boolean> {
    return this.#in(claim.tenantId, (drivers) => settle(drivers, claim, to, letter));
  }

  /** The same, and in the same transaction {@link claimWebhook}: whoever tells many events asks half as often. */
  settleAndClaim(claim: WebhookClaim, to: Settled, letter: DeadLetter | null, time: ClaimTime): Promise<WebhookClaim | null> {
    return this.#in(claim.tenantId, async (drivers) => {
      const [, next] = await Promise.all([settle(drivers, claim, to, letter), this.#claimNext(drivers, claim.tenantId, claim.endpoint.id, time)]);
      return next;
    });
  }

  settleMail({ tenantId, claimed }: MailClaim, to: SettledConsumer): Promise<boolean> {
    return this.#in(tenantId, ({ delivery }) => delivery.settleConsumer(tenantId, 'MAIL', claimed, to));
  }

  #in<Value>(tenantId: string, work: (drivers: Drivers) => Promise<Value>): Promise<Value> {
    return inOwnTransaction(this.#database, tenantId, (sql) => work(driversOf(sql)));
  }

  async #claimNext({ delivery, events }: Drivers, tenantId: string, endpointId: string, { now, until }: ClaimTime): Promise<WebhookClaim | null> {
    const [endpoint, last] = await Promise.all([delivery.lockEndpoint(tenantId, endpointId, now), events.last(tenantId)]);
    if (endpoint === null) return null;
    const at = placeOf(endpoint);
    const event = await events.next(tenantId, at, this.#selectionOf(endpoint));
    if (event === null) {
      // Whatever stands up to `last` was there when nothing was found.
      if (endpoint.attempts > 0 || last.seq >= at.seq + LAG) await delivery.passEndpoint(tenantId, endpointId, last);
      return null;
    }
    const [told, dataKey] = await Promise.all([
      this.#toldBy(event, events), delivery.dataKey(tenantId, endpoint.dataKeyId), delivery.claimEndpoint(tenantId, endpointId, until),
    ]);
    return { tenantId, endpoint, event, told, claimed: { ...at, until }, attempts: endpoint.attempts + 1, dataKey };
  }

  #mailSelection(): Selection {
    return { types: this.#choice.mailTypes, addressed: null };
  }

  #selectionOf({ id, eventTypes }: WebhookEndpoint): Selection {
    return { types: this.#choice.typesToldTo(eventTypes), addressed: { type: this.#choice.replayType, endpointId: id } };
  }

  /** The event itself; of a replay, the one that it names. */
  async #toldBy(event: StoredEvent, events: OutboxEventReader): Promise<StoredEvent> {
    if (event.type !== this.#choice.replayType) return event;
    const { seq, ordinal } = event.payload;
    const earlier = typeof seq === 'number' && typeof ordinal === 'number' ? await events.get(event.tenantId, { seq, ordinal }) : null;
    if (earlier === null) throw new Error(`the event ${event.id} has an event sent again that is not there`);
    return earlier;
  }
}

interface Drivers {
  readonly delivery: DeliveryDriver;
  readonly cursors: ConsumerCursorReader;
  readonly events: OutboxEventReader;
  readonly deadLetters: DeadLetterWriter;
}

const driversOf = (sql: Sql): Drivers => ({
  delivery: new DeliveryDriver(sql), cursors: new ConsumerCursorReader(sql), events: new OutboxEventReader(sql), deadLetters: new DeadLetterWriter(sql),
});

async function settle({ delivery, deadLetters }: Drivers, { tenantId, endpoint, claimed }: WebhookClaim, to: Settled, letter: DeadLetter | null): Promise<boolean> {
  const isOurs = await delivery.settleEndpoint(tenantId, endpoint.id, claimed, to);
  if (isOurs && letter !== null) await deadLetters.bury(letter);
  return isOurs;
}

interface Cursor {
  readonly cursorSeq: number;
  readonly cursorOrdinal: number;
  readonly nextAttemptAt: Date | null;
}

const placeOf = ({ cursorSeq, cursorOrdinal }: { readonly cursorSeq: number; readonly cursorOrdinal: number }): Position => ({ seq: cursorSeq, ordinal: cursorOrdinal });

const isSame = (one: Position, other: Position): boolean => one.seq === other.seq && one.ordinal === other.ordinal;

import { byAdmin, type Ask, type Cast, type Stage } from './stage.ts';

/** What was counted of a key in an hour, as it is stored. */
export interface Counted {
  readonly keyId: string;
  /** When the hour begins. */
  readonly hour: Date;
  readonly verdict: string;
  readonly count: number;
}

/** Plants counts, past HOC, as recorders of servers have flushed them. */
export async function plantUsage({ db }: Stage, { id: tenantId }: Pick<Cast, 'id'>, counted: readonly Counted[]): Promise<void> {
  for (const { keyId, hour, verdict, count } of counted) {
    await db.asOwner('insert into usage_hours (tenant_id, key_id, hour, verdict, count) values ($1, $2, $3, $4, $5)', [tenantId, keyId, hour, verdict, count]);
  }
}

export interface UsagePage {
  readonly items: readonly { readonly start: string; readonly counts: Readonly<Record<string, number>> }[];
  readonly nextCursor: string | null;
}

/** Usage as a tenant's admin asks for it: of all keys, or of one. */
export const usageOf = (tenant: Pick<Cast, 'admin'>, input: object = {}, keyId?: string): Ask =>
  byAdmin(tenant, 'usage.query', keyId === undefined ? 'tenant' : 'key', keyId === undefined ? input : { keyId, ...input });

/** The buckets in which something was counted, by their start. */
export const countsIn = ({ items }: UsagePage): Readonly<Record<string, unknown>> =>
  Object.fromEntries(items.filter(({ counts }) => Object.keys(counts).length > 0).map(({ start, counts }) => [start, counts]));

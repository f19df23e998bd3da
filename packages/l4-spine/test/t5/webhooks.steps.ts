import { byAdmin, type Ask, type Cast, type Stage } from './stage.ts';

/** A URL that the policy of the proofs lets through; nothing is sent to it. */
export const HOOK = 'https://acme.example/hook';

export interface MadeWebhook {
  readonly id: string;
  readonly secret: string;
}

export const createWebhook = (tenant: Pick<Cast, 'admin'>, input: object = {}): Ask => byAdmin(tenant, 'webhooks.write', 'create', { url: HOOK, ...input });

export async function makeWebhook(stage: Stage, tenant: Pick<Cast, 'admin'>): Promise<MadeWebhook> {
  const { webhook, secret } = await stage.do<{ webhook: { id: string }; secret: string }>(createWebhook(tenant));
  return { id: webhook.id, secret };
}

/** Buries an event of the tenant for an endpoint, as a relay does after 24 hours; answers the event's id. */
export async function bury(stage: Stage, { id: tenantId }: Pick<Cast, 'id'>, webhookId: string): Promise<string> {
  const eventId = `evt_of_${webhookId}`;
  await stage.db.asOwner(`insert into outbox_events select $1, 1000000 + count(*), 1, $2, 'project.created', '{}', 'req', now() from outbox_events where tenant_id = $1`, [tenantId, eventId]);
  await stage.db.asOwner(
    `insert into webhook_dead_letters select tenant_id, $2, seq, ordinal, 'The receiver answered 500.', 35, now(), now(), null from outbox_events where tenant_id = $1 and id = $3`,
    [tenantId, webhookId, eventId],
  );
  return eventId;
}

/** What tenants can be told of by webhooks. A type's data holds ids and what the API shows, never a token, a digest or a secret. */
export const WEBHOOK_EVENT_TYPES = [
  'tenant.suspended', 'tenant.resumed', 'tenant.terminated', 'tenant.archived', 'tenant.limits_changed',
  'project.created', 'project.archived',
  'api_key.created', 'api_key.updated', 'api_key.frozen', 'api_key.unfrozen', 'api_key.rotated', 'api_key.rotation_undone', 'api_key.revoked',
  'onboarding.advanced', 'onboarding.completed',
  'integration.created', 'integration.updated', 'integration.enabled', 'integration.disabled', 'integration.credential_rotated',
  'integration.health_changed', 'integration.deleted',
] as const;
export type WebhookEventType = (typeof WEBHOOK_EVENT_TYPES)[number];

/** The contact address is to be confirmed. It is for mail alone: no webhook is ever told. */
export const CONFIRMATION_REQUESTED = 'onboarding.contact_confirmation_requested';

/** A dead letter is to be sent again, to the endpoint that its payload names; the receiver gets the event of the letter. */
export const REPLAY_REQUESTED = 'webhook.replay_requested';

/** What mail is sent for. */
export const MAIL_EVENT_TYPES: readonly string[] = [CONFIRMATION_REQUESTED];

/** Every event that a write may tell. */
export type EventType = WebhookEventType | typeof CONFIRMATION_REQUESTED | typeof REPLAY_REQUESTED;

/** In an endpoint's list: every type that there is, or will be. */
export const ALL_TYPES = '*';

/** The types that an endpoint with this list is told of. */
export const typesToldTo = (eventTypes: readonly string[]): readonly string[] =>
  eventTypes.includes(ALL_TYPES) ? WEBHOOK_EVENT_TYPES : WEBHOOK_EVENT_TYPES.filter((type) => eventTypes.includes(type));

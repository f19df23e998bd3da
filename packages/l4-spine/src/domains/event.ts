import type { EventType } from '@hoc/l5-engines/outbox/event-types';
import type { OutboxEvent } from '../kernel/outbox-event.ts';

/**
 * An event of the catalogue, for an operation's `events`.
 * INVARIANT: what is told leaves HOC: `data` is what the operation's answer shows, without the token that it may hold.
 */
export const event = (type: EventType, data: OutboxEvent['payload']): OutboxEvent => ({ type, payload: data });

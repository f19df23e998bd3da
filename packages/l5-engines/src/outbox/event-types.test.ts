import { expect, test } from 'vitest';
import { ALL_TYPES, CONFIRMATION_REQUESTED, MAIL_EVENT_TYPES, REPLAY_REQUESTED, typesToldTo, WEBHOOK_EVENT_TYPES } from './event-types.ts';

test('an endpoint is told of the types in its list, and of no others', () => {
  expect(typesToldTo(['project.created', 'api_key.revoked'])).toEqual(['project.created', 'api_key.revoked']);
  expect(typesToldTo([])).toEqual([]);
});

test('an endpoint that wants all is told of all', () => {
  expect(typesToldTo([ALL_TYPES])).toEqual(WEBHOOK_EVENT_TYPES);
});

test('what is for mail alone, or for one endpoint, is told to nobody by its type, whatever the list says', () => {
  expect(typesToldTo([ALL_TYPES, CONFIRMATION_REQUESTED, REPLAY_REQUESTED])).not.toContain(CONFIRMATION_REQUESTED);
  expect(typesToldTo([CONFIRMATION_REQUESTED, REPLAY_REQUESTED, 'no.such'])).toEqual([]);
});

test('what is stored, or told to others, keeps its name; mail is sent for a confirmation alone', () => {
  expect({ ALL_TYPES, CONFIRMATION_REQUESTED, REPLAY_REQUESTED, MAIL_EVENT_TYPES }).toEqual({
    ALL_TYPES: '*', CONFIRMATION_REQUESTED: 'onboarding.contact_confirmation_requested', REPLAY_REQUESTED: 'webhook.replay_requested',
    MAIL_EVENT_TYPES: ['onboarding.contact_confirmation_requested'],
  });
});

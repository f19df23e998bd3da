import { applyPatch } from '@hoc/l5-engines/api-keys/patch';
import { periodOf } from '@hoc/l5-engines/metering/credit-balance';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import type { KeyRow } from '../rows.ts';
import { id, name } from '../text.ts';
import { grantsWithinOwn } from './invariants.ts';
import { readingsOf, withCredits } from './readings.ts';
import { saveKey } from './save-key.ts';
import { permissions, settings } from './settings.ts';
import { keyShape, showKey, type KeyShape } from './shapes.ts';

/** Changes settings of a live key, if it is still at the version that the caller has read. Works in ACTIVE and SUSPENDED tenants. */
export const update = writeOperation<WriteScope>()({
  address: ['api_keys.write', 'update'],
  anchor: 'api_key.update',
  planes: ['cus'],
  permission: 'hoc:keys.update',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Changes settings of a key, if its version is still the given one.',
  input: z.strictObject({ keyId: id, version: z.int().min(1), name: name.optional(), permissions: permissions.optional(), ...settings }),
  output: keyShape,
  invariants: [grantsWithinOwn],
  rejections: {
    ...NOT_FOUND, ...INVALID_INPUT,
    VERSION_CONFLICT: { status: 409, title: 'The key was changed meanwhile' },
    KEY_NOT_LIVE: { status: 409, title: 'The key is revoked or has expired' },
    KEY_ROTATED: { status: 409, title: 'The key was rotated' },
  },
  subject: ({ input }) => input.keyId,
  events: (_request, key) => [event('api_key.updated', { key })],
  run: async ({ request: { input, now }, facts: { key: pair }, scope }) => {
    if (pair === null) return notFound();
    const { keyId: _, version, ...patch } = input;
    const { key } = pair;
    if (key.version !== version) return reject('VERSION_CONFLICT', `The key is at version ${key.version}. Read it, and decide again.`);
    if (key.kind === 'MANAGEMENT' && (patch.allowedResources?.length ?? 0) > 0) return invalidInput([MANAGEMENT_RESOURCES]);
    const patched = applyPatch(key, patch, now);
    if (patched.ok) return ok(await savePatched(scope, patched, now));
    switch (patched.rejection) {
      case 'INVALID':
        return invalidInput(patched.problems);
      case 'KEY_NOT_LIVE':
        return reject('KEY_NOT_LIVE', 'The key is revoked or has expired; its settings can no longer be changed.');
      case 'KEY_ROTATED':
        return reject('KEY_ROTATED', 'The key was rotated: its expiry is the end of the overlap. Undo the rotation, or change the new key.');
      default:
        return patched satisfies never;
    }
  },
});

/** Writes the key, and its credits beside it where the patch sets them. */
async function savePatched(scope: WriteScope, { key, credits }: { readonly key: KeyRow; readonly credits: number | null }, now: Date): Promise<KeyShape> {
  const { tenantId, meterId } = key;
  const [saved, readings] = await Promise.all([
    saveKey(scope, key),
    readingsOf(scope, tenantId, [key]),
    credits === null ? null : scope.credits.set(tenantId, meterId, credits, now),
  ]);
  return showKey(saved, credits === null ? readings : withCredits(readings, { remaining: credits, period: periodOf(now) }), now);
}

const MANAGEMENT_RESOURCES = { path: ['allowedResources'], message: 'a management key is not limited by resources: nothing would enforce it' } as const;

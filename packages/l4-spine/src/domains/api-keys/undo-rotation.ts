import { undoRotation as decide } from '@hoc/l5-engines/api-keys/rotation';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { withStep } from '../step.ts';
import { id } from '../text.ts';
import { keyAllowsStep, keyOfActiveTenant } from './invariants.ts';
import { readingsOf } from './readings.ts';
import { moveCounter, saveKey } from './save-key.ts';
import { keyShape, showKey } from './shapes.ts';
import { STEP_REFUSED, stepRefused } from './step-refused.ts';
import { isAskerInUse, noLongerInUse, UNAUTHENTICATED } from './still-in-use.ts';

/** Takes a rotation back within its overlap: `keyId` is the new key, which is revoked; the answer is the old one, with its expiry back. */
export const undoRotation = writeOperation<WriteScope>()({
  address: ['api_keys.write', 'undo_rotation'],
  anchor: 'api_key.undo_rotation',
  planes: ['cus'],
  permission: 'hoc:keys.rotate',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Undoes a rotation within its overlap: revokes the new key and gives the old one its expiry back.',
  input: withStep('undo_rotation', z.strictObject({ keyId: id })),
  output: keyShape,
  invariants: [keyOfActiveTenant, keyAllowsStep],
  rejections: { ...NOT_FOUND, ...STEP_REFUSED, ...UNAUTHENTICATED },
  subject: ({ input }) => input.keyId,
  events: (_request, key) => [event('api_key.rotation_undone', { key })],
  run: async ({ request, facts: { key: pair }, scope }) => {
    if (pair === null) return notFound();
    if (!(await isAskerInUse(scope, request))) return noLongerInUse();
    const { principal, now } = request;
    const undone = decide(pair, { by: actorOf(principal), now });
    if (!undone.ok) return stepRefused(undone);
    const [previous, readings] = await Promise.all([
      saveKey(scope, undone.previous),
      readingsOf(scope, pair.key.tenantId, [undone.previous]),
      saveKey(scope, undone.key),
      moveCounter(scope, pair.key.tenantId, undone.counterDelta),
    ]);
    return ok(showKey(previous, readings, now));
  },
});

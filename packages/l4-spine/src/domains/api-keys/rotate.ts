import { MAX_OVERLAP_SECONDS, rotate as decide } from '@hoc/l5-engines/api-keys/rotation';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { tokenShown } from '../shown-once.ts';
import { withStep } from '../step.ts';
import { id } from '../text.ts';
import { grantsWithinOwn, keyAllowsStep, keyOfActiveTenant, projectOfKeyIsActive } from './invariants.ts';
import { readingsOf } from './readings.ts';
import { moveCounter, saveKey } from './save-key.ts';
import { rotatedKeyShape, showKey } from './shapes.ts';
import { STEP_REFUSED, stepRefused } from './step-refused.ts';

/** Puts a new key and token in the place of an old one, which goes on for `overlapSeconds`; with 0 it is revoked in the same transaction. */
export const rotate = writeOperation<WriteScope>()({
  address: ['api_keys.write', 'rotate'],
  anchor: 'api_key.rotate',
  planes: ['cus'],
  permission: 'hoc:keys.rotate',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Rotates a key: a new key and token with the same settings; the old key ends after the overlap.',
  input: withStep('rotate', z.strictObject({ keyId: id, overlapSeconds: z.int().min(0).max(MAX_OVERLAP_SECONDS) })),
  output: rotatedKeyShape,
  invariants: [keyOfActiveTenant, grantsWithinOwn, keyAllowsStep, projectOfKeyIsActive],
  rejections: { ...NOT_FOUND, ...STEP_REFUSED },
  subject: ({ input }) => input.keyId,
  replay: ({ key, previous }) => ({ key, previous, ...tokenShown }),
  events: (_request, { key, previous }) => [event('api_key.rotated', { key, previous })],
  run: async ({ request: { input, principal, now }, facts: { key: pair }, scope }) => {
    if (pair === null) return notFound();
    const rotation = decide(pair.key, { id: newId('key'), overlapSeconds: input.overlapSeconds, by: actorOf(principal), now }, scope.vault);
    if (!rotation.ok) return stepRefused(rotation);
    const { tenantId } = pair.key;
    const [, previous, readings] = await Promise.all([
      scope.keys.insert(rotation.key),
      saveKey(scope, rotation.previous),
      readingsOf(scope, tenantId, [rotation.previous]),
      moveCounter(scope, tenantId, rotation.counterDelta),
    ]);
    return ok({ key: showKey(rotation.key, readings, now), token: rotation.token.reveal(), previous: showKey(previous, readings, now) });
  },
});

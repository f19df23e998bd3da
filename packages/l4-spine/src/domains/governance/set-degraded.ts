import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok } from '../../kernel/result.ts';
import { reason } from '../text.ts';
import { degradedShape } from './shapes.ts';

/** Degrades the installation, which then takes protective writes only, or ends that. */
export const setDegraded = writeOperation<WriteScope>()({
  address: ['governance.write', 'set_degraded'],
  anchor: 'governance.set_degraded',
  planes: ['fdr'],
  permission: 'hoc:governance.write',
  tenancy: 'platform',
  whenDegraded: 'allowed',
  summary: 'Makes the installation take protective writes only, or ends that.',
  input: z.strictObject({ isDegraded: z.boolean(), reason }),
  output: degradedShape,
  invariants: [],
  exemption: { reason: 'It is the brake: no stored state may stand against pulling it, nor against letting it go.' },
  rejections: {},
  subject: () => null,
  run: async ({ request: { input, principal, now }, scope }) => {
    const state = { isDegraded: input.isDegraded, reason: input.reason, setBy: actorOf(principal), setAt: now };
    await scope.degraded.set(state);
    return ok({ ...state, setAt: now.toISOString() });
  },
});

import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { MODES } from '../../kernel/mode.ts';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { PLATFORM } from '../../kernel/request.ts';
import { ok } from '../../kernel/result.ts';
import { instant } from '../instant.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id, name, reason } from '../text.ts';
import type { Rule } from './rule.ts';
import { modeSettingShape, showModeSetting } from './shapes.ts';

/** What weakens a rule has somebody who answers for it, a reason and an end; making it STRICT needs a reason only. */
export const setModeInput = z
  .strictObject({ invariantId: id, mode: z.enum(MODES), owner: name.optional(), reason, expiresAt: instant.optional() })
  .superRefine(({ mode, owner, expiresAt }, context) => {
    if (mode === 'STRICT') return;
    if (owner === undefined) context.addIssue({ code: 'custom', path: ['owner'], message: `${mode} needs an owner` });
    if (expiresAt === undefined) context.addIssue({ code: 'custom', path: ['expiresAt'], message: `${mode} needs an expiry` });
  });

/** Sets how an invariant is enforced, for the tenant that the call names or for all. */
export const setMode = (rules: readonly Rule[]) =>
  writeOperation<WriteScope>()({
    address: ['governance.write', 'set_mode'],
    anchor: 'governance.set_mode',
    planes: ['fdr'],
    permission: 'hoc:governance.write',
    tenancy: 'either',
    whenDegraded: 'allowed',
    summary: 'Sets the mode of an invariant, for one tenant or for all.',
    input: setModeInput,
    output: modeSettingShape,
    invariants: [],
    exemption: { reason: 'It governs the invariants themselves: a rule that it could switch off could not guard it. Owner, reason and expiry are demanded by its input.' },
    rejections: { ...NOT_FOUND, ...INVALID_INPUT },
    subject: ({ input }) => input.invariantId,
    run: async ({ request: { input, principal, tenantId: scopeId, now }, scope }) => {
      const { invariantId, mode, owner = null, reason: why, expiresAt = null } = input;
      const tenantId = scopeId === PLATFORM ? null : scopeId;
      if (!rules.some(({ id: known }) => known === invariantId)) return notFound();
      if (tenantId !== null && (await scope.tenants.get(tenantId)) === null) return notFound();
      if (expiresAt !== null && expiresAt.getTime() <= now.getTime()) return invalidInput([{ path: ['expiresAt'], message: 'the expiry is not in the future' }]);
      const setting = { tenantId, invariantId, mode, owner, reason: why, expiresAt, setBy: actorOf(principal), setAt: now };
      await scope.modes.put(setting);
      return ok(showModeSetting(setting));
    },
  });

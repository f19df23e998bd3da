import { adoptAccessToken } from '@hoc/l5-engines/account/access-token';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { INVALID_INPUT, invalidInput } from '../invalid-input.ts';
import { name } from '../text.ts';
import { permissionsOfPlane } from './token-permissions.ts';

/**
 * Makes a token the first operator's, and never another one: of two first starts at once, one succeeds. The token is the
 * caller's, who has written it down before it becomes valid.
 */
export const bootstrapOperator = writeOperation<WriteScope>()({
  address: ['account.write', 'bootstrap_operator'],
  anchor: 'operator.bootstrap',
  planes: ['fdr'],
  permission: 'hoc:installation.open',
  tenancy: 'platform',
  whenDegraded: 'allowed',
  summary: 'Makes a token the first operator\'s, on the first start. No route leads here, and no token can hold its permission.',
  input: z.strictObject({ name, token: z.string() }),
  output: z.object({ id: z.string() }),
  invariants: [],
  exemption: { reason: 'It works once, on an installation without operators, under the lock of the installation; there is nobody yet whose rules could be broken.' },
  rejections: { ...INVALID_INPUT, ALREADY_BOOTSTRAPPED: { status: 409, title: 'Already bootstrapped' } },
  subject: (_request, operator) => operator?.id ?? null,
  run: async ({ request: { input, principal, now }, scope }) => {
    const parts = { id: newId('tok'), plane: 'fdr', name: input.name, permissions: permissionsOfPlane('fdr'), by: actorOf(principal), now } as const;
    const operator = adoptAccessToken(parts, input.token, scope.vault);
    if (operator === null) return invalidInput([{ path: ['token'], message: 'is no operator token' }]);
    await scope.installation.lock(now);
    if ((await scope.accessTokens.countOperators()) > 0) return reject('ALREADY_BOOTSTRAPPED', 'This installation has had its first operator.');
    await scope.accessTokens.insert(operator);
    return ok({ id: operator.id });
  },
});

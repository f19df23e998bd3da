import { newAccessToken } from '@hoc/l5-engines/account/access-token';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { tokenShown } from '../shown-once.ts';
import { name } from '../text.ts';
import { issuedTokenShape } from './shapes.ts';
import { permissionsOfPlane } from './token-permissions.ts';

/** Makes the first operator token of an installation, and never another: of two first starts at once, one makes it. */
export const bootstrapOperator = writeOperation<WriteScope>()({
  address: ['account.write', 'bootstrap_operator'],
  anchor: 'operator.bootstrap',
  planes: ['fdr'],
  permission: 'hoc:tokens.create',
  tenancy: 'platform',
  whenDegraded: 'allowed',
  summary: 'Makes the first operator token, on the first start. No route leads here.',
  input: z.strictObject({ name }),
  output: issuedTokenShape,
  invariants: [],
  exemption: { reason: 'It works once, on an installation without operators, under the lock of the installation; there is nobody yet whose rules could be broken.' },
  rejections: { ALREADY_BOOTSTRAPPED: { status: 409, title: 'Already bootstrapped' } },
  subject: (_request, issued) => issued?.id ?? null,
  replay: ({ id }) => ({ id, ...tokenShown }),
  run: async ({ request: { input, principal, now }, scope }) => {
    await scope.installation.lock(now);
    if ((await scope.accessTokens.countOperators()) > 0) return reject('ALREADY_BOOTSTRAPPED', 'This installation has had its first operator.');
    const { accessToken, token } = newAccessToken(
      { id: newId('tok'), plane: 'fdr', name: input.name, permissions: permissionsOfPlane('fdr'), by: actorOf(principal), now },
      scope.vault,
    );
    await scope.accessTokens.insert(accessToken);
    return ok({ id: accessToken.id, token: token.reveal() });
  },
});

import { newAccessToken } from '@hoc/l5-engines/account/access-token';
import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { tokenShown } from '../shown-once.ts';
import { name } from '../text.ts';
import { issuedTokenShape } from './shapes.ts';
import { newTokenInput, permissionsOfPlane } from './token-permissions.ts';

/** Makes a token for an operator or a service. An operator's token can do no more than the operator who makes it. */
export const createToken = writeOperation<WriteScope>()({
  address: ['account.write', 'create_token'],
  anchor: 'token.create',
  planes: ['fdr'],
  permission: 'hoc:tokens.create',
  tenancy: 'platform',
  whenDegraded: 'refused',
  summary: 'Creates an operator or service token, which is shown once.',
  input: newTokenInput(name),
  output: issuedTokenShape,
  invariants: [],
  exemption: { reason: 'Access tokens stand on no stored state; what one may grant is bounded by the token of the operator who makes it.' },
  rejections: { PERMISSION_DENIED: { status: 403, title: 'Permission denied' } },
  subject: (_request, issued) => issued?.id ?? null,
  replay: ({ id }) => ({ id, ...tokenShown }),
  run: async ({ request: { input, principal, now }, scope }) => {
    const { plane, permissions = permissionsOfPlane(plane) } = input;
    const beyond = plane === 'fdr' ? permissions.filter((permission) => !principal.permissions.has(permission)) : [];
    if (beyond.length > 0) return reject('PERMISSION_DENIED', `The token lacks what it would grant: ${beyond.join(', ')}.`);
    const { accessToken, token } = newAccessToken({ id: newId('tok'), plane, name: input.name, permissions, by: actorOf(principal), now }, scope.vault);
    await scope.accessTokens.insert(accessToken);
    return ok({ id: accessToken.id, token: token.reveal() });
  },
});

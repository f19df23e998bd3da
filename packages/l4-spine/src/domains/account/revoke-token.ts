import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { accessTokenShape, showAccessToken } from './shapes.ts';

/** Ends a token of an operator or a service. A second revoke changes nothing and tells of the first. */
export const revokeToken = writeOperation<WriteScope>()({
  address: ['account.write', 'revoke_token'],
  anchor: 'token.revoke',
  planes: ['fdr'],
  permission: 'hoc:tokens.revoke',
  tenancy: 'platform',
  whenDegraded: 'allowed',
  summary: 'Revokes an operator or service token.',
  input: z.strictObject({ tokenId: id }),
  output: accessTokenShape,
  invariants: [],
  exemption: { reason: 'Taking a token away protects; it is done once by a conditional update, and no state may stand against it.' },
  rejections: { ...NOT_FOUND, ALREADY_REVOKED: { status: 409, title: 'Already revoked' } },
  subject: ({ input }) => input.tokenId,
  run: async ({ request: { input, principal, now }, scope }) => {
    const revoked = await scope.accessTokens.revoke(input.tokenId, actorOf(principal), now);
    if (revoked !== null) return ok(showAccessToken(revoked));
    const earlier = await scope.accessTokens.get(input.tokenId);
    if (earlier === null) return notFound();
    return reject('ALREADY_REVOKED', `The token was already revoked at ${earlier.revokedAt?.toISOString() ?? 'an unknown time'}.`);
  },
});

import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { actorOf } from '../../kernel/principal.ts';
import { ok, reject } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id } from '../text.ts';
import { accessTokenShape, showAccessToken } from './shapes.ts';

/** Who holds this can make operator tokens with whatever else it holds; no permission ever loses the last one who can pass it on. */
const MAKES_OPERATORS = 'hoc:tokens.create';

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
  exemption: { reason: 'Taking a token away protects. That it happens once, and leaves an operator who can make others, is checked under the lock of the installation.' },
  rejections: {
    ...NOT_FOUND,
    ALREADY_REVOKED: { status: 409, title: 'Already revoked' },
    LAST_OPERATOR: { status: 409, title: 'Last operator' },
  },
  subject: ({ input }) => input.tokenId,
  run: async ({ request: { input, principal, now }, scope }) => {
    // Two operators who revoke each other's tokens at once go one by one.
    await scope.installation.lock(now);
    const lost = await lostWith(scope, input.tokenId);
    if (lost.length > 0) {
      return reject('LAST_OPERATOR', `No other operator token in use that holds ${MAKES_OPERATORS} holds ${lost.join(', ')}: nobody could ever grant that again. Create one first.`);
    }
    const revoked = await scope.accessTokens.revoke(input.tokenId, actorOf(principal), now);
    if (revoked !== null) return ok(showAccessToken(revoked));
    const earlier = await scope.accessTokens.get(input.tokenId);
    if (earlier === null) return notFound();
    return reject('ALREADY_REVOKED', `The token was already revoked at ${earlier.revokedAt?.toISOString() ?? 'an unknown time'}.`);
  },
});

/** What nobody could grant any more if this token were revoked. */
async function lostWith({ accessTokens }: WriteScope, tokenId: string): Promise<readonly string[]> {
  const [token, kept] = await Promise.all([accessTokens.get(tokenId), accessTokens.heldByOthersWith(MAKES_OPERATORS, tokenId)]);
  const isMaker = token?.plane === 'fdr' && token.revokedAt === null && token.permissions.includes(MAKES_OPERATORS);
  return isMaker ? token.permissions.filter((permission) => !kept.includes(permission)) : [];
}

import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { accessTokenShape, showAccessToken } from './shapes.ts';

/** The tokens of operators and services, revoked ones included, the newest first. */
export const listTokens = readOperation<ReadScope>()({
  address: ['account.query', 'list_tokens'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:tokens.read',
  tenancy: 'platform',
  summary: 'Lists operator and service tokens, the newest first.',
  input: z.strictObject({ plane: accessTokenShape.shape.plane.optional(), limit, cursor: keysetCursor.optional() }),
  output: pageOf(accessTokenShape),
  rejections: {},
  run: async ({ request: { input }, scope }) => {
    const { plane, limit: size, cursor: after } = input;
    const rows = await scope.accessTokens.list({ plane, after, limit: size + 1 });
    return ok(paged(rows, size, showAccessToken, writeKeyset));
  },
});

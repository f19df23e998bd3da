import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { instantOut } from '../instant.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { stateShape } from './shapes.ts';

const DAY_SECONDS = 86_400;

/** Tenants in use whose onboarding stands still: those that may need a call, the longest first. */
export const stalled = readOperation<ReadScope>()({
  address: ['account_onboarding.query', 'stalled'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:onboarding.read',
  tenancy: 'platform',
  summary: 'Lists tenants whose onboarding is not COMPLETE and has not moved for a while, those that have stood the longest first.',
  input: z.strictObject({ limit, cursor: keysetCursor.optional(), idleSeconds: z.int().min(0).max(10 * 365 * DAY_SECONDS).default(DAY_SECONDS) }),
  output: pageOf(z.object({
    tenantId: z.string(), tenantName: z.string(), tenantStatus: z.enum(['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED']), state: stateShape, updatedAt: instantOut,
  })),
  rejections: {},
  run: async ({ request: { input: { limit: size, cursor, idleSeconds }, now }, scope }) => {
    const after = cursor === undefined ? undefined : { updatedAt: cursor.createdAt, tenantId: cursor.id };
    const rows = await scope.onboarding.listStalled({ before: new Date(now.getTime() - idleSeconds * 1000), limit: size + 1, after });
    return ok(
      paged(rows, size, ({ updatedAt, ...row }) => ({ ...row, updatedAt: updatedAt.toISOString() }), ({ updatedAt, tenantId }) => writeKeyset({ createdAt: updatedAt, id: tenantId })),
    );
  },
});

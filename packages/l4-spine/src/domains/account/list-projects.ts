import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset } from '../page.ts';
import { projectShape, showProject } from './shapes.ts';

/** The tenant's projects, the newest first. */
export const listProjects = readOperation<ReadScope>()({
  address: ['account.query', 'list_projects'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:projects.read',
  tenancy: 'tenant',
  summary: 'Lists projects, the newest first.',
  input: z.strictObject({ status: projectShape.shape.status.optional(), limit, cursor: keysetCursor.optional() }),
  output: pageOf(projectShape),
  rejections: {},
  run: async ({ request: { input, tenantId }, scope }) => {
    const { status, limit: size, cursor: after } = input;
    const rows = await scope.projects.list(tenantId, { status, after, limit: size + 1 });
    return ok(paged(rows, size, showProject, writeKeyset));
  },
});

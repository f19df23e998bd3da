import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { id, reason } from '../text.ts';
import { projectCanBeArchived } from './invariants.ts';
import { projectShape, showProject } from './shapes.ts';

/** Archives a project: its keys verify as PROJECT_NOT_ACTIVE at once. */
export const archiveProject = writeOperation<WriteScope>()({
  address: ['account.write', 'archive_project'],
  anchor: 'project.archive',
  planes: ['cus'],
  permission: 'hoc:projects.archive',
  tenancy: 'tenant',
  whenDegraded: 'allowed',
  summary: 'Archives a project: its keys stop verifying.',
  input: z.strictObject({ projectId: id, reason }),
  output: projectShape,
  invariants: [projectCanBeArchived],
  rejections: { ...NOT_FOUND, ALREADY_ARCHIVED: { status: 409, title: 'Already archived' } },
  subject: ({ input }) => input.projectId,
  events: (_request, project) => [event('project.archived', { project })],
  run: async ({ request: { input, tenantId, now }, facts: { project }, scope }) => {
    if (project === null) return notFound();
    const archived = await scope.projects.archive(tenantId, input.projectId, now);
    if (archived === null) return reject('ALREADY_ARCHIVED', 'The project was archived before; nothing was changed.');
    await scope.counters.add(tenantId, 'ACTIVE_PROJECTS', -1);
    return ok(showProject(archived));
  },
});

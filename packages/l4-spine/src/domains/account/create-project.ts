import { newId } from '@hoc/l5-engines/ids';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { event } from '../event.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import type { ProjectRow } from '../rows.ts';
import { name } from '../text.ts';
import { projectOfActiveTenant, projectsWithinPlan } from './invariants.ts';
import { projectShape, showProject } from './shapes.ts';

/** Makes a project, to which keys can be bound. */
export const createProject = writeOperation<WriteScope>()({
  address: ['account.write', 'create_project'],
  anchor: 'project.create',
  planes: ['cus'],
  permission: 'hoc:projects.create',
  tenancy: 'tenant',
  whenDegraded: 'refused',
  summary: 'Creates a project.',
  input: z.strictObject({ name }),
  output: projectShape,
  invariants: [projectOfActiveTenant, projectsWithinPlan],
  rejections: NOT_FOUND,
  subject: (_request, project) => project?.id ?? null,
  events: (_request, project) => [event('project.created', { project })],
  run: async ({ request: { input, now }, facts: { tenant }, scope }) => {
    if (tenant === null) return notFound();
    const project: ProjectRow = { tenantId: tenant.id, id: newId('prj'), name: input.name, status: 'ACTIVE', createdAt: now, updatedAt: now };
    await Promise.all([
      // Where the rules are only monitored, a tenant may get here before its provisioning has opened its counters.
      tenant.status === 'CREATING' && scope.counters.open(tenant.id),
      scope.projects.insert(project),
      scope.counters.add(tenant.id, 'ACTIVE_PROJECTS', 1),
    ]);
    return ok(showProject(project));
  },
});

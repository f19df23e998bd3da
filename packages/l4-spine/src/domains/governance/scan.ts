import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { pageOf } from '../page.ts';
import { id } from '../text.ts';
import type { Rule } from './rule.ts';
import { findingShape } from './shapes.ts';

/** The rows of one tenant that an invariant would refuse today: what to look at before it is made STRICT. */
export const scanQuery = (rules: readonly Rule[]) =>
  readOperation<ReadScope>()({
    address: ['governance.query', 'scan'],
    anchor: null,
    planes: ['fdr'],
    permission: 'hoc:governance.read',
    tenancy: 'tenant',
    summary: "Lists a tenant's stored rows that a state invariant would refuse today.",
    input: z.strictObject({ invariantId: id }),
    output: pageOf(findingShape),
    rejections: { ...NOT_FOUND, NOT_SCANNABLE: { status: 422, title: 'Not scannable' } },
    run: async ({ request: { input, tenantId, now }, scope }) => {
      const rule = rules.find((known) => known.id === input.invariantId);
      if (rule === undefined || (await scope.tenants.get(tenantId)) === null) return notFound();
      if (rule.kind !== 'state') return reject('NOT_SCANNABLE', `${rule.id} is about the request or the actor: stored rows cannot break it.`);
      const found = await rule.scan({ tenantId, scans: scope.scans }, now);
      return ok({ items: found.map((finding) => ({ ...finding })), nextCursor: null });
    },
  });

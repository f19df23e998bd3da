import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { effectiveMode, type Mode } from '../../kernel/mode.ts';
import { readOperation } from '../../kernel/operation.ts';
import { PLATFORM } from '../../kernel/request.ts';
import { ok } from '../../kernel/result.ts';
import { NOT_FOUND, notFound } from '../not-found.ts';
import { pageOf } from '../page.ts';
import type { Rule } from './rule.ts';
import { invariantShape, showModeSetting } from './shapes.ts';

/** Every invariant with the mode in force: for one tenant where the call names one, else for tenants without a setting of their own. */
export const invariantsQuery = (rules: readonly Rule[], defaultMode: Mode) =>
  readOperation<ReadScope>()({
    address: ['governance.query', 'invariants'],
    anchor: null,
    planes: ['fdr'],
    permission: 'hoc:governance.read',
    tenancy: 'either',
    summary: 'Lists every invariant with its stored settings and the mode in force.',
    input: z.strictObject({}),
    output: pageOf(invariantShape),
    rejections: NOT_FOUND,
    run: async ({ request: { tenantId, now }, scope }) => {
      const isForAll = tenantId === PLATFORM;
      const [tenant, settings] = await Promise.all([
        isForAll ? null : scope.tenants.get(tenantId),
        isForAll ? scope.modes.list() : scope.modes.listForTenant(tenantId),
      ]);
      if (!isForAll && tenant === null) return notFound();
      const items = rules.map(({ id, guards, severity, condition, remediation }) => ({
        id, anchors: [...guards], severity, condition, remediation, defaultMode,
        effectiveMode: effectiveMode(id, tenantId, settings, defaultMode, now),
        settings: settings.filter(({ invariantId }) => invariantId === id).map(showModeSetting),
      }));
      return ok({ items, nextCursor: null });
    },
  });

import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import type { OperationDescription } from '../../kernel/registry.ts';
import { ok } from '../../kernel/result.ts';
import { pageOf } from '../page.ts';
import { operationShape } from './shapes.ts';

/** The live catalogue: what is registered, not what somebody wrote down. `describe` is the registry's own. */
export const operationsQuery = (describe: () => readonly OperationDescription[]) =>
  readOperation<ReadScope>()({
    address: ['governance.query', 'operations'],
    anchor: null,
    planes: ['fdr'],
    permission: 'hoc:governance.read',
    tenancy: 'platform',
    summary: 'Lists every operation with its planes, permission and invariants.',
    input: z.strictObject({}),
    output: pageOf(operationShape),
    rejections: {},
    run: async () =>
      ok({
        items: describe().map(({ summary: _, planes, invariants, ...operation }) => ({ ...operation, planes: [...planes], invariants: [...invariants] })),
        nextCursor: null,
      }),
  });

import { tokenPermissionProblem } from '@hoc/l5-engines/api-keys/permission';
import { PERMISSIONS_OF_PLANE } from '@hoc/l5-engines/api-keys/permissions-catalog';
import { z } from 'zod';

export type TokenPlane = 'int' | 'fdr';

/** What a new token asks for. Only permissions of its own plane exist for it. */
export const newTokenInput = <Name extends z.ZodType>(name: Name) =>
  z
    .strictObject({ plane: z.enum(['int', 'fdr']), name, permissions: z.array(z.string().max(100)).min(1).max(100).optional() })
    .superRefine(({ plane, permissions = [] }, context) => {
      for (const [index, permission] of permissions.entries()) {
        const message = permissions.indexOf(permission) < index ? 'must not hold the same twice' : tokenPermissionProblem(plane, permission);
        if (message !== null) context.addIssue({ code: 'custom', path: ['permissions', index], message });
      }
    });

/** All permissions of a plane: what a token made without a list gets. */
export const permissionsOfPlane = (plane: TokenPlane): string[] => [...PERMISSIONS_OF_PLANE[plane]];

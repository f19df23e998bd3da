import { kindOf } from '@hoc/l5-engines/api-keys/kind';
import { CUS_PERMISSIONS } from '@hoc/l5-engines/api-keys/permissions-catalog';
import { z } from 'zod';
import { name } from '../text.ts';
import type { createInput } from './create.ts';
import { permissions } from './settings.ts';

/**
 * What an operator asks a management key to be; it becomes the input of `create`. Without permissions it gets every
 * `hoc:` permission of the cus plane: the default is the operators' alone, a tenant's own request names what it wants.
 * With permissions that have none of `hoc:` it would be a service key, which is not what was asked for.
 */
export const managementKeyInput = z
  .strictObject({ name, permissions: permissions.refine((asked) => kindOf(asked) === 'MANAGEMENT', 'a management key has at least one "hoc:" permission').optional() })
  .transform((input): z.input<typeof createInput> => ({ name: input.name, environment: 'live', permissions: input.permissions ?? [...CUS_PERMISSIONS] }));

import { judgeConfig } from '@hoc/l5-engines/integrations/config-schema';
import { targetOrigin, targetProblems } from '@hoc/l5-engines/integrations/target';
import type { FieldProblem } from '@hoc/l5-engines/rejection';
import { Secret } from '@hoc/l5-engines/secret';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { z } from 'zod';
import type { RejectionKind } from '../../kernel/operation.ts';
import { reject, type Rejection } from '../../kernel/result.ts';
import type { ConnectorTypeRow } from '../rows.ts';
import { rawText } from '../text.ts';

/** The name of a connector type. Whether there is one of that name is for the stored ones to say. */
export const connectorType: z.ZodString = rawText(50).min(1);

/** A credential in an input; from here on it is a text that nothing prints. */
export const credential: z.ZodPipe<z.ZodString, z.ZodTransform<Secret, string>> = rawText(4096).min(1).transform((text) => new Secret(text));

/** What is wrong with a config for its type, as it is defined now: the schema, and then where it leads. */
export const configProblems = (type: ConnectorTypeRow, config: Readonly<Record<string, unknown>>, { urlPolicy }: Pick<WriteScope, 'urlPolicy'>): readonly FieldProblem[] => {
  const judged = judgeConfig(type.configSchema, config);
  return judged.ok ? targetProblems(type.probe, judged.config, urlPolicy) : judged.problems;
};

/** Where an integration of this type leads by this config, which is where its credential may be sent; null where the config is not one of the type. */
export const originOf = (type: ConnectorTypeRow, config: Readonly<Record<string, unknown>>): string | null => {
  const judged = judgeConfig(type.configSchema, config);
  return judged.ok ? targetOrigin(type.probe, judged.config) : null;
};

export const VERSION_CONFLICT = { VERSION_CONFLICT: { status: 409, title: 'The integration was changed meanwhile' } } as const satisfies Record<string, RejectionKind>;

export const versionConflict = (version: number): { readonly ok: false; readonly rejection: Rejection<'VERSION_CONFLICT'> } =>
  reject('VERSION_CONFLICT', `The integration is at version ${version}. Read it, and decide again.`);

export const NAME_TAKEN = { NAME_TAKEN: { status: 409, title: 'The name is taken' } } as const satisfies Record<string, RejectionKind>;

export const nameTaken = (): { readonly ok: false; readonly rejection: Rejection<'NAME_TAKEN'> } => reject('NAME_TAKEN', 'The tenant has another integration of this name.');

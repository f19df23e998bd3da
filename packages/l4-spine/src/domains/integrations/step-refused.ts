import type { RejectionKind } from '../../kernel/operation.ts';
import { reject, type Rejection } from '../../kernel/result.ts';

/** Declares that a step may be refused which the rules only monitor: there is no next state to write. */
export const STEP_REFUSED = { STEP_REFUSED: { status: 409, title: 'The state of the integration does not allow this' } } as const satisfies Record<string, RejectionKind>;

/** Such a refusal, with the engine's sentence. */
export const stepRefused = (breach: string): { readonly ok: false; readonly rejection: Rejection<'STEP_REFUSED'> } =>
  reject('STEP_REFUSED', `${breach.charAt(0).toUpperCase()}${breach.slice(1)}.`);

import type { RejectionKind } from '../../kernel/operation.ts';
import { reject, type Rejection } from '../../kernel/result.ts';

/**
 * Declares that the engine may refuse a step that BI-APIKEY-004 only monitors: there is no next state to write, and a
 * second revoke must not write over the first.
 */
export const STEP_REFUSED = { STEP_REFUSED: { status: 409, title: 'The state of the key does not allow this' } } as const satisfies Record<string, RejectionKind>;

/** Such a refusal, with the engine's sentence. */
export const stepRefused = ({ breach }: { readonly breach: string }): { readonly ok: false; readonly rejection: Rejection<'STEP_REFUSED'> } =>
  reject('STEP_REFUSED', `${breach.charAt(0).toUpperCase()}${breach.slice(1)}.`);

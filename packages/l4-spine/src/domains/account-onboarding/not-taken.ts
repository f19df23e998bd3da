import type { NotTaken } from '@hoc/l5-engines/account/onboarding-step';
import type { RejectionKind } from '../../kernel/operation.ts';
import { reject, type Rejection } from '../../kernel/result.ts';

/**
 * Declares that a step is not taken also where BI-ONBOARD-002 only monitors it: nothing moves an onboarding back or past a step,
 * and there is no evidence to write of what is not there.
 */
export const NOT_TAKEN = {
  NOT_NEXT_STEP: { status: 409, title: 'Not the next step' },
  EVIDENCE_MISSING: { status: 409, title: 'Evidence missing' },
} as const satisfies Record<string, RejectionKind>;

type Refused<Code extends string> = { readonly ok: false; readonly rejection: Rejection<Code> };

/** Such a refusal, with the engine's sentence. */
export const notTaken = ({ code, breach }: Omit<NotTaken, 'ok'>): Refused<NotTaken['code']> => reject(code, `${breach.charAt(0).toUpperCase()}${breach.slice(1)}.`);

/** The refusal of a step that somebody else has taken before, or that does not exist from here. */
export const notNextStep = (): Refused<NotTaken['code']> => notTaken({ code: 'NOT_NEXT_STEP', breach: 'the onboarding stands elsewhere' });

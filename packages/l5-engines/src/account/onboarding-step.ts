import { isAhead, NEXT_STATE, WAY_TO, type EvidenceKind, type OnboardingState, type OnboardingStep } from './onboarding.ts';
import type { AttestationChallenge, ContactConfirmation } from './rows.ts';

/** The service key that presents an answer, as it is under lock. */
export interface PresentedKey {
  readonly id: string;
  /** Whether a verification would be VALID by it now. */
  readonly isUsable: boolean;
}

/** What was found for a step; what the step does not need is null or empty. */
export interface StepEvidence {
  /** The confirmation of the presented token. */
  readonly confirmation: ContactConfirmation | null;
  /** The challenge of the presented nonce. */
  readonly challenge: AttestationChallenge | null;
  readonly presentedKey: PresentedKey | null;
  /** The service keys in use. */
  readonly serviceKeys: readonly string[];
  /** The kinds of evidence that are recorded. */
  readonly recorded: readonly EvidenceKind[];
}

/** Where a tenant stands when it asks for a step. */
export interface Situation {
  readonly state: OnboardingState;
  /** The address that is to be confirmed. */
  readonly contactEmail: string;
  readonly evidence: StepEvidence;
}

export type NotTaken = { readonly ok: false; readonly code: 'NOT_NEXT_STEP' | 'EVIDENCE_MISSING'; readonly breach: string };

/** A step, with what is to be recorded of why it was taken; null where that is on record already. */
export interface TakenStep {
  readonly ok: true;
  readonly to: Exclude<OnboardingState, 'CREATED' | 'COMPLETE'>;
  readonly evidence: { readonly kind: EvidenceKind; readonly subject: string } | null;
}

/** The steps that lead to another state, short of COMPLETE. */
export type AdvancingStep = Extract<OnboardingStep, 'confirm_contact' | 'advance' | 'attest_sdk'>;

/** Whether the step is the next one and its evidence is there, and where it leads then; else why it is not taken. */
export const decideStep = ({ state, contactEmail, evidence }: Situation, step: AdvancingStep, now: Date): TakenStep | NotTaken => {
  switch (step) {
    case 'confirm_contact':
      if (NEXT_STATE[state] !== 'IDENTITY_VERIFIED') return notNext(state, 'confirming the contact address');
      return isUsable(evidence.confirmation, now) && evidence.confirmation.address === contactEmail
        ? taken('IDENTITY_VERIFIED', { kind: 'CONTACT_CONFIRMED', subject: evidence.confirmation.id })
        : lacking('the token is none that confirms the contact address now');
    case 'attest_sdk':
      if (NEXT_STATE[state] !== 'SDK_CONNECTED') return notNext(state, 'the attestation of an SDK');
      if (evidence.presentedKey?.isUsable !== true) return lacking("the request carries no service key of the tenant's that verifies now");
      return isUsable(evidence.challenge, now) ? taken('SDK_CONNECTED', { kind: 'SDK_ATTESTED', subject: evidence.challenge.id }) : lacking('the nonce is none that can be answered now');
    case 'advance':
      return decideAdvance(state, evidence);
    default:
      return step satisfies never;
  }
};

/** Whether a step that only prepares another, or that an operator takes, may be taken in this state; if not, why. */
export const allowsUnevidenced = (state: OnboardingState, step: Exclude<OnboardingStep, AdvancingStep>): true | string => {
  switch (step) {
    case 'request_confirmation':
      return isAhead(state, 'IDENTITY_VERIFIED') || 'the contact address is confirmed already';
    case 'create_challenge':
      return isAhead(state, 'SDK_CONNECTED') || 'an SDK is connected already';
    case 'force_complete':
      return isAhead(state, 'COMPLETE') || 'the onboarding is COMPLETE already';
    default:
      return step satisfies never;
  }
};

/** The next step, where its evidence came to be before it was the next one. */
const decideAdvance = (state: OnboardingState, { serviceKeys, recorded }: StepEvidence): TakenStep | NotTaken => {
  const next = NEXT_STATE[state];
  switch (next) {
    case null:
      return { ok: false, code: 'NOT_NEXT_STEP', breach: 'the onboarding is COMPLETE: no step is left' };
    case 'COMPLETE':
      return notNext(state, 'advancing');
    case 'API_KEY_CREATED': {
      const [key] = serviceKeys;
      return key === undefined ? lacking('the tenant has no service key in use') : taken(next, { kind: 'SERVICE_KEY_CREATED', subject: key });
    }
    case 'IDENTITY_VERIFIED':
      return recorded.includes('CONTACT_CONFIRMED') ? taken(next, null) : lacking('the contact address is not confirmed');
    case 'SDK_CONNECTED':
      return recorded.includes('SDK_ATTESTED') ? taken(next, null) : lacking('no SDK has attested');
    default:
      return next satisfies never;
  }
};

/** Used, expired and unknown are one and the same: whoever guesses learns nothing. */
const isUsable = <Row extends { readonly usedAt: Date | null; readonly expiresAt: Date }>(row: Row | null, now: Date): row is Row =>
  row !== null && row.usedAt === null && row.expiresAt.getTime() > now.getTime();

const taken = (to: TakenStep['to'], evidence: TakenStep['evidence']): TakenStep => ({ ok: true, to, evidence });

const lacking = (breach: string): NotTaken => ({ ok: false, code: 'EVIDENCE_MISSING', breach });

const notNext = (state: OnboardingState, what: string): NotTaken => {
  const next = NEXT_STATE[state];
  return { ok: false, code: 'NOT_NEXT_STEP', breach: `the onboarding is ${state}, and ${what} is not its next step${next === null ? '' : `: that is ${WAY_TO[next].method}`}` };
};

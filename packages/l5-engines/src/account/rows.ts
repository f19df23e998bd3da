import type { AccessTokenReader } from '@hoc/l6-drivers/account/access-tokens.driver';
import type { AttestationChallengeReader } from '@hoc/l6-drivers/account/attestation-challenges.driver';
import type { ContactConfirmationReader } from '@hoc/l6-drivers/account/contact-confirmations.driver';
import type { OnboardingEvidenceReader } from '@hoc/l6-drivers/account/onboarding-evidence.driver';
import type { OnboardingReader } from '@hoc/l6-drivers/account/onboarding.driver';
import type { TenantDataKeyReader } from '@hoc/l6-drivers/account/tenant-data-keys.driver';
import type { TenantReader } from '@hoc/l6-drivers/account/tenants.driver';

/** A tenant as it is stored. */
export type Tenant = NonNullable<Awaited<ReturnType<TenantReader['get']>>>;

/** An operator's or a service's token as it is stored. */
export type AccessToken = NonNullable<Awaited<ReturnType<AccessTokenReader['get']>>>;

/** A tenant's data-encryption key as it is stored: wrapped. */
export type TenantDataKey = NonNullable<Awaited<ReturnType<TenantDataKeyReader['get']>>>;

type One<Answer extends Promise<unknown>> = NonNullable<Awaited<Answer>>;

/** How far a tenant's onboarding has come, as it is stored. */
export type Onboarding = One<ReturnType<OnboardingReader['get']>>;

/** Why a step of an onboarding was taken, as it is stored. */
export type OnboardingEvidence = One<ReturnType<OnboardingEvidenceReader['get']>>;

/** A token that was sent to a contact address, as it is stored: its digest. */
export type ContactConfirmation = One<ReturnType<ContactConfirmationReader['latest']>>;

/** A nonce for an SDK to answer, as it is stored: its digest. */
export type AttestationChallenge = One<ReturnType<AttestationChallengeReader['find']>>;

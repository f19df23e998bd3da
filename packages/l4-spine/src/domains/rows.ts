import type { ReadScope } from '@hoc/l5-engines/scope';

type One<Answer extends Promise<unknown>> = NonNullable<Awaited<Answer>>;

/** Rows as the drivers answer them; the spine knows drivers only by the scope that engines publish. */
export type OrganizationRow = One<ReturnType<ReadScope['organizations']['get']>>;
export type TenantRow = One<ReturnType<ReadScope['tenants']['get']>>;
export type ProjectRow = One<ReturnType<ReadScope['projects']['get']>>;
export type AccessTokenRow = One<ReturnType<ReadScope['accessTokens']['get']>>;
export type KeyRow = One<ReturnType<ReadScope['keys']['get']>>;
export type WebhookRow = One<ReturnType<ReadScope['webhookEndpoints']['get']>>;
export type DeadLetterRow = One<ReturnType<ReadScope['deadLetters']['findByEvent']>>;
export type ConnectorTypeRow = One<ReturnType<ReadScope['connectorTypes']['get']>>;
export type IntegrationRow = One<ReturnType<ReadScope['integrations']['get']>>;
export type DataKeyRow = One<ReturnType<ReadScope['dataKeys']['get']>>;
export type OnboardingRow = One<ReturnType<ReadScope['onboarding']['get']>>;
export type OnboardingEvidenceRow = One<ReturnType<ReadScope['onboardingEvidence']['get']>>;
export type ContactConfirmationRow = One<ReturnType<ReadScope['contactConfirmations']['latest']>>;
export type AuditEntryRow = Awaited<ReturnType<ReadScope['audit']['list']>>[number];
export type ViolationRow = Awaited<ReturnType<ReadScope['violations']['list']>>[number];
export type ModeRow = Awaited<ReturnType<ReadScope['modes']['list']>>[number];

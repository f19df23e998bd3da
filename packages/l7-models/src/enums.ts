/**
 * Every closed set of values, once. The tuple is what the column's check, the types, the schemas and the tests are made of.
 * Source: ARCHITECTURE.md, "Storage"; DOMAIN.md.
 */
export const TENANT_STATUSES = ['CREATING', 'ACTIVE', 'SUSPENDED', 'TERMINATED', 'ARCHIVED'] as const;
export type TenantStatus = (typeof TENANT_STATUSES)[number];

export const PROJECT_STATUSES = ['ACTIVE', 'ARCHIVED'] as const;
export type ProjectStatus = (typeof PROJECT_STATUSES)[number];

/** What is stored; expiry is derived from `expiresAt`. */
export const KEY_STATUSES = ['ACTIVE', 'FROZEN', 'REVOKED'] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

/** A key with a `hoc:` permission is MANAGEMENT, every other SERVICE. */
export const KEY_KINDS = ['SERVICE', 'MANAGEMENT'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export const ENVIRONMENTS = ['live', 'test'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Operators (`fdr`), services and gateways (`int`), tenant admins (`cus`). */
export const PLANES = ['fdr', 'int', 'cus'] as const;
export type Plane = (typeof PLANES)[number];

/** The planes whose tokens are access tokens; on `cus` the token is a management key. */
export const TOKEN_PLANES = ['int', 'fdr'] as const;
export type TokenPlane = (typeof TOKEN_PLANES)[number];

export const MODES = ['MONITOR', 'ENFORCE', 'STRICT'] as const;
export type Mode = (typeof MODES)[number];

export const SEVERITIES = ['CRITICAL', 'HIGH', 'MEDIUM'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const AUDIT_OUTCOMES = ['COMMITTED', 'DENIED', 'FAILED'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];

/** How one invariant fared in one write, as the audit entry tells it. */
export const INVARIANT_OUTCOMES = ['HELD', 'BROKEN', 'UNEVALUABLE'] as const;
export type InvariantOutcome = (typeof INVARIANT_OUTCOMES)[number];

export const VIOLATION_OUTCOMES = ['RECORDED', 'BLOCKED'] as const;
export type ViolationOutcome = (typeof VIOLATION_OUTCOMES)[number];

/** What a tenant has of each thing that its plan limits: one row each, locked after the tenant. */
export const COUNTERS = ['LIVE_SERVICE_KEYS', 'LIVE_MANAGEMENT_KEYS', 'ACTIVE_PROJECTS', 'LIVE_INTEGRATIONS'] as const;
export type Counter = (typeof COUNTERS)[number];

/** In their order: a tenant moves forward by exactly one. */
export const ONBOARDING_STATES = ['CREATED', 'IDENTITY_VERIFIED', 'API_KEY_CREATED', 'SDK_CONNECTED', 'COMPLETE'] as const;
export type OnboardingState = (typeof ONBOARDING_STATES)[number];

/** What shows that a step of the onboarding may be taken; FORCED is an operator's word. */
export const EVIDENCE_KINDS = ['CONTACT_CONFIRMED', 'SERVICE_KEY_CREATED', 'SDK_ATTESTED', 'PREDICATES_HELD', 'FORCED'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What a connector takes as its credential: nothing, a token that it may or must have, or a URL that is itself the secret. */
export const CREDENTIAL_KINDS = ['NONE', 'OPTIONAL_TOKEN', 'TOKEN', 'URL'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export const INTEGRATION_STATUSES = ['CREATED', 'ENABLED', 'DISABLED', 'ERROR'] as const;
export type IntegrationStatus = (typeof INTEGRATION_STATUSES)[number];

/** What the last probe of an integration found. */
export const INTEGRATION_HEALTHS = ['UNKNOWN', 'HEALTHY', 'DEGRADED', 'FAILING'] as const;
export type IntegrationHealth = (typeof INTEGRATION_HEALTHS)[number];

export const ENDPOINT_STATUSES = ['ENABLED', 'DISABLED'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** HOC's own readers of a tenant's events; webhooks have a cursor per endpoint. */
export const CONSUMERS = ['MAIL'] as const;
export type Consumer = (typeof CONSUMERS)[number];

export const RATE_ALGORITHMS = ['SLIDING', 'FIXED'] as const;
export type RateAlgorithm = (typeof RATE_ALGORITHMS)[number];

export const RATE_MODES = ['EXACT', 'LOCAL'] as const;
export type RateMode = (typeof RATE_MODES)[number];

export const REFILL_INTERVALS = ['DAILY', 'MONTHLY'] as const;
export type RefillInterval = (typeof REFILL_INTERVALS)[number];

/** Whose limit it is: all keys that were rotated from one another, all keys of one owner, all keys of the tenant. */
export const METER_SCOPES = ['KEY', 'OWNER', 'TENANT'] as const;
export type MeterScope = (typeof METER_SCOPES)[number];

/** What a verification of a key that exists can come to, by precedence. */
export const KEY_VERDICTS = [
  'REVOKED', 'EXPIRED', 'FROZEN', 'TENANT_NOT_ACTIVE', 'PROJECT_NOT_ACTIVE', 'FORBIDDEN_ADDRESS', 'FORBIDDEN_RESOURCE', 'INSUFFICIENT_PERMISSIONS',
  'RATE_LIMITED', 'CREDITS_EXHAUSTED', 'CONCURRENCY_EXCEEDED', 'VALID',
] as const;
export type KeyVerdict = (typeof KEY_VERDICTS)[number];

import type {
  AccessToken, AttestationChallenge, ContactConfirmation, OnboardingEvidence, Organization, Project, Tenant, TenantDataKey,
} from '@hoc/l7-models/account.tables';
import type { Actor } from '@hoc/l7-models/actor';
import type { ApiKey } from '@hoc/l7-models/api-keys.tables';
import type { Violation } from '@hoc/l7-models/governance.tables';
import type { ConnectorType, Integration } from '@hoc/l7-models/integrations.tables';
import type { DeadLetter, WebhookEndpoint } from '@hoc/l7-models/outbox.tables';
import type { NewAuditEntry } from '../src/governance/audit-chain.driver.ts';

export const AT: Date = new Date('2026-03-01T12:00:00.123Z');
/** So many seconds after {@link AT}. */
export const after = (seconds: number): Date => new Date(AT.getTime() + seconds * 1000);

export const OPERATOR: Actor = { plane: 'fdr', id: 'tok_1', name: 'Olga' };
export const ORGANIZATION: Organization = { id: 'org_1', name: 'Weather Inc.', createdAt: AT };

/** Ids are the suite's own, in the order of their numbers. */
export const tenantRow = (n: number, changes: Partial<Tenant> = {}): Tenant => ({
  id: `tnt_${n}`, organizationId: ORGANIZATION.id, name: `Tenant ${n}`, plan: 'FREE', status: 'CREATING', locator: `loc${n}`,
  contactEmail: 'ops@example.com', createdAt: after(n), updatedAt: after(n), rateLimits: [], ownerRateLimits: [], ...changes,
});

export const projectRow = (tenantId: string, n: number, changes: Partial<Project> = {}): Project => ({
  tenantId, id: `prj_${n}`, name: `Project ${n}`, status: 'ACTIVE', createdAt: after(n), updatedAt: after(n), ...changes,
});

export const keyRow = (tenantId: string, n: number, changes: Partial<ApiKey> = {}): ApiKey => ({
  tenantId, id: `key_${n}`, projectId: null, kind: 'SERVICE', name: `Key ${n}`, environment: 'live', publicId: `loc1public${n}`,
  digest: `digest-${n}`, pepperId: 'p1', status: 'ACTIVE', permissions: ['weather:read'], grantable: null, allowedResources: [],
  allowedAddresses: ['10.0.0.0/8'], expiresAt: null, metadata: { team: 'a"b\\c', deep: { list: [1, null, 'ü'] } }, ownerRef: null,
  createdBy: OPERATOR, rotatedFrom: null, rotatedTo: null, rotatedAt: null, priorExpiresAt: null, counted: true, revokedAt: null,
  revokedBy: null, revokedReason: null, frozenAt: null, frozenBy: null, frozenReason: null, createdAt: after(n), updatedAt: after(n),
  version: 1, rateLimits: [], hasCredits: false, creditRefill: null, maxConcurrent: null, meterId: `key_${n}`, ...changes,
});

export const tokenRow = (n: number, changes: Partial<AccessToken> = {}): AccessToken => ({
  id: `tok_${n}`, plane: 'fdr', name: `Token ${n}`, permissions: ['hoc:tenants.read', 'a,"b"\\{c}'], publicId: `public${n}`,
  digest: `token-digest-${n}`, pepperId: 'p1', createdBy: OPERATOR, createdAt: after(n), revokedAt: null, revokedBy: null, ...changes,
});

export const entryRow = (seq: number, changes: Partial<NewAuditEntry> = {}): NewAuditEntry => ({
  seq, at: after(seq), actor: OPERATOR, address: 'api_keys.write', method: 'create', anchor: 'api_key.create', outcome: 'COMMITTED',
  subject: `key_${seq}`, invariants: [{ id: 'BI-APIKEY-001', mode: 'STRICT', outcome: 'HELD' }], requestId: `req_${seq}`,
  prevHash: `hash-${seq - 1}`, hash: `hash-${seq}`, ...changes,
});

export const violationRow = (tenantId: string, n: number): Violation => ({
  tenantId, id: `vio_${n}`, at: after(n), invariantId: 'BI-APIKEY-001', severity: 'CRITICAL', address: 'api_keys.write', method: 'create',
  mode: 'STRICT', outcome: 'BLOCKED', message: 'the tenant is SUSPENDED', actor: OPERATOR, requestId: `req_${n}`,
});

export const dataKeyRow = (tenantId: string, n: number, changes: Partial<TenantDataKey> = {}): TenantDataKey => ({
  tenantId, id: `dek_${n}`, wrapped: `wrapped-${n}`, kekId: 'k1', createdAt: after(n), ...changes,
});

export const evidenceRow = (tenantId: string, n: number, changes: Partial<OnboardingEvidence> = {}): OnboardingEvidence => ({
  tenantId, id: `evd_${n}`, step: 'IDENTITY_VERIFIED', kind: 'CONTACT_CONFIRMED', subject: `cnf_${n}`, detail: { address: 'ops@example.com' }, at: after(n),
  ...changes,
});

export const confirmationRow = (tenantId: string, n: number, changes: Partial<ContactConfirmation> = {}): ContactConfirmation => ({
  tenantId, id: `cnf_${n}`, address: 'ops@example.com', digest: `confirmation-${n}`, pepperId: 'p1', expiresAt: after(n + 100), usedAt: null, createdAt: after(n),
  ...changes,
});

export const challengeRow = (tenantId: string, n: number, changes: Partial<AttestationChallenge> = {}): AttestationChallenge => ({
  tenantId, id: `att_${n}`, digest: `challenge-${n}`, pepperId: 'p1', expiresAt: after(n + 100), usedAt: null, keyId: null, createdBy: OPERATOR,
  createdAt: after(n), ...changes,
});

export const connectorTypeRow = (changes: Partial<ConnectorType> = {}): ConnectorType => ({
  name: 'WEATHER', title: 'Weather', configSchema: { type: 'object', properties: { city: { type: 'string', default: 'Ü' } } },
  probe: { method: 'GET', url: 'https://{city}.example.com', headers: { 'x-key': '{credential}' }, healthyStatuses: [200] }, credentialKind: 'TOKEN',
  isEnabled: true, revision: 1, createdAt: AT, updatedAt: AT, ...changes,
});

export const integrationRow = (tenantId: string, n: number, changes: Partial<Integration> = {}): Integration => ({
  tenantId, id: `int_${n}`, connectorType: 'OPENAI', name: `Integration ${n}`, nameFolded: `integration ${n}`, config: { baseUrl: 'https://example.com' },
  sealedCredential: null, dataKeyId: null, credentialOrigin: null, status: 'CREATED', health: 'UNKNOWN', checkedAt: null, healthMessage: null, lastProbeOk: null,
  probedRevision: null,
  createdBy: OPERATOR, createdAt: after(n), updatedAt: after(n), deletedAt: null, version: 1, ...changes,
});

/** Sealed under the data key of the same number. */
export const endpointRow = (tenantId: string, n: number, changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  tenantId, id: `whk_${n}`, url: 'https://example.com/hook', eventTypes: ['api_key.created', 'a,"b"'], sealedSecret: 'sealed', dataKeyId: `dek_${n}`,
  status: 'ENABLED', cursorSeq: 0, cursorOrdinal: 0, failingSince: null, nextAttemptAt: null, attempts: 0, firstAttemptAt: null, lastFailedAt: null, lastFailure: null,
  createdBy: OPERATOR, createdAt: after(n), updatedAt: after(n), deletedAt: null, version: 1, ...changes,
});

/** Of event 1 of audit entry 1. */
export const deadLetterRow = (tenantId: string, endpointId: string, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  tenantId, endpointId, eventSeq: 1, eventOrdinal: 1, reason: '500', attempts: 9, firstAttemptAt: AT, buriedAt: after(9), replayedAt: null, ...changes,
});

/** What the kernel says of the write that events tell of. */
export const originOf = (seq: number): { readonly requestId: string; readonly seq: number; readonly at: Date } => ({ requestId: `req_${seq}`, seq, at: after(seq) });

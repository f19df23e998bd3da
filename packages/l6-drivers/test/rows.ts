import type { AccessToken, Organization, Project, Tenant } from '@hoc/l7-models/account.tables';
import type { Actor } from '@hoc/l7-models/actor';
import type { ApiKey } from '@hoc/l7-models/api-keys.tables';
import type { Violation } from '@hoc/l7-models/governance.tables';
import type { NewAuditEntry } from '../src/governance/audit-chain.driver.ts';

export const AT: Date = new Date('2026-03-01T12:00:00.123Z');
/** So many seconds after {@link AT}. */
export const after = (seconds: number): Date => new Date(AT.getTime() + seconds * 1000);

export const OPERATOR: Actor = { plane: 'fdr', id: 'tok_1', name: 'Olga' };
export const ORGANIZATION: Organization = { id: 'org_1', name: 'Weather Inc.', createdAt: AT };

/** Ids are the suite's own, in the order of their numbers. */
export const tenantRow = (n: number, changes: Partial<Tenant> = {}): Tenant => ({
  id: `tnt_${n}`, organizationId: ORGANIZATION.id, name: `Tenant ${n}`, plan: 'FREE', status: 'CREATING', locator: `loc${n}`,
  contactEmail: 'ops@example.com', createdAt: after(n), updatedAt: after(n), ...changes,
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
  version: 1, ...changes,
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

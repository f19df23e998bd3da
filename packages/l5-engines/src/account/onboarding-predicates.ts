import type { TenantStatus } from './lifecycle.ts';

/** What must hold for a tenant to become COMPLETE. Canonical names, in the order of DOMAIN.md. */
export const PREDICATES = ['project_ready', 'key_ready', 'connector_validated', 'sdk_attested'] as const;
export type PredicateName = (typeof PREDICATES)[number];

/** Rows that the predicates stand on, as they were read. */
export interface PredicateRows {
  readonly tenantStatus: TenantStatus;
  /** The ACTIVE projects. */
  readonly projects: readonly { readonly id: string }[];
  /** The service keys that are ACTIVE and not expired. */
  readonly serviceKeys: readonly { readonly id: string; readonly projectId: string | null }[];
  /** The ENABLED integrations whose last probe succeeded. */
  readonly integrations: readonly { readonly id: string }[];
  /** The challenges that were answered. */
  readonly answered: readonly { readonly id: string }[];
}

/** A predicate with the ids of the rows that it holds by; where there are none, what is missing. */
export interface Predicate {
  readonly name: PredicateName;
  readonly holds: boolean;
  readonly evidence: readonly string[];
  readonly missing: string | null;
}

/** The four predicates, each by its rows. `key_ready` is what a verification would say: tenant and project count too. */
export const predicatesOf = ({ tenantStatus, projects, serviceKeys, integrations, answered }: PredicateRows): readonly Predicate[] => {
  const active = new Set(projects.map(({ id }) => id));
  const verifying = tenantStatus === 'ACTIVE' ? serviceKeys.filter(({ projectId }) => projectId === null || active.has(projectId)) : [];
  return [
    predicate('project_ready', projects, 'an ACTIVE project'),
    predicate('key_ready', verifying, 'a service key that would verify now'),
    predicate('connector_validated', integrations, 'an ENABLED integration whose last probe succeeded'),
    predicate('sdk_attested', answered, 'the attestation of an SDK'),
  ];
};

/** Whether all hold; if not, what is missing, as a sentence. */
export const allHold = (predicates: readonly Predicate[]): true | string => {
  const missing = predicates.flatMap(({ name, missing: what }) => (what === null ? [] : [`${name} (${what})`]));
  return missing.length === 0 || `these do not hold: ${missing.join(', ')}`;
};

const predicate = (name: PredicateName, rows: readonly { readonly id: string }[], what: string): Predicate => ({
  name, holds: rows.length > 0, evidence: rows.map(({ id }) => id), missing: rows.length > 0 ? null : what,
});

/** What a tenant's management keys may do. The whole list is what a key made without a list gets. */
export const CUS_PERMISSIONS = [
  'hoc:keys.create',
  'hoc:keys.read',
  'hoc:keys.update',
  'hoc:keys.revoke',
  'hoc:keys.rotate',
  'hoc:keys.freeze',
  'hoc:projects.create',
  'hoc:projects.read',
  'hoc:projects.archive',
  'hoc:tenant.read',
  'hoc:audit.read',
  'hoc:onboarding.read',
  'hoc:onboarding.write',
  'hoc:integrations.read',
  'hoc:integrations.write',
  'hoc:integrations.credentials',
  'hoc:webhooks.read',
  'hoc:webhooks.write',
  'hoc:usage.read',
  'hoc:limits.write',
] as const;

/** What services and gateways may do. */
export const INT_PERMISSIONS = ['hoc:keys.verify'] as const;

/** What operators may do. */
export const FDR_PERMISSIONS = [
  'hoc:organizations.create',
  'hoc:tenants.create',
  'hoc:tenants.provision',
  'hoc:tenants.read',
  'hoc:tenants.suspend',
  'hoc:tenants.resume',
  'hoc:tenants.terminate',
  'hoc:tenants.archive',
  'hoc:keys.create',
  'hoc:tokens.create',
  'hoc:tokens.read',
  'hoc:tokens.revoke',
  'hoc:governance.read',
  'hoc:governance.write',
  'hoc:onboarding.read',
  'hoc:onboarding.force',
  'hoc:integrations.read',
  'hoc:integrations.write',
  'hoc:connectors.read',
  'hoc:connectors.write',
  'hoc:data-keys.rewrap',
  'hoc:usage.read',
  'hoc:tenants.limit',
] as const;

/** A permission that manages HOC itself. */
export type HocPermission = (typeof CUS_PERMISSIONS | typeof INT_PERMISSIONS | typeof FDR_PERMISSIONS)[number];

/** The `hoc:` permissions by the plane whose principals can hold them. */
export const PERMISSIONS_OF_PLANE: Readonly<Record<'cus' | 'int' | 'fdr', readonly HocPermission[]>> = {
  cus: CUS_PERMISSIONS,
  int: INT_PERMISSIONS,
  fdr: FDR_PERMISSIONS,
};

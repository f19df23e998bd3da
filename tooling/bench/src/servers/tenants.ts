import type { Api } from './api.ts';

export interface LoadTenant {
  readonly id: string;
  readonly locator: string;
  /** Of its first management key. */
  readonly managementToken: string;
}

const MAKERS = 8;

/** Makes tenants on a plan, by the API, all of one organization. */
export async function makeTenants(operator: Api, count: number, plan: string): Promise<readonly LoadTenant[]> {
  const { id: organizationId } = await operator.post<{ id: string }>('/fdr/v1/organizations', { name: 'Load' });
  const tenants: LoadTenant[] = [];
  let begun = 0;
  const lane = async (): Promise<void> => {
    while (begun < count) {
      begun += 1;
      const { tenant, managementKey } = await operator.post<{ tenant: { id: string; locator: string }; managementKey: { token: string } }>('/fdr/v1/tenants', {
        organizationId, name: `Tenant ${begun}`, plan, contactEmail: 'load@example.com',
      });
      tenants.push({ id: tenant.id, locator: tenant.locator, managementToken: managementKey.token });
    }
  };
  await Promise.all(Array.from({ length: Math.min(MAKERS, count) }, lane));
  return tenants;
}

import { join } from 'node:path';
import { Api } from '../servers/api.ts';
import type { LoadTenant } from '../servers/tenants.ts';
import { PopulationWriter } from './population-writer.ts';

export interface HotKey {
  /** Of the population that is this one key. */
  readonly folder: string;
  readonly id: string;
}

/** Makes one key by the API, and the population that asks for nothing else. */
export async function makeHotKey(url: string, tenant: LoadTenant, folder: string, settings: object): Promise<HotKey> {
  const { token, key: { id } } = await new Api(url, tenant.managementToken).post<{ token: string; key: { id: string } }>('/v1/api-keys', {
    name: 'hot', environment: 'live', permissions: ['invoices:list', 'invoices:read'], ...settings,
  });
  const writer = new PopulationWriter(join(folder, `hot-${id}`));
  writer.known([token]);
  writer.finish({ dialect: 'HOC', tenantIds: [tenant.id], malformed: [], keyIds: [id] });
  return { folder: writer.folder, id };
}

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Client, expectStatus, textAt } from './client.ts';

/** The first operator, by the token that the first start wrote into the data folder. */
export async function operatorOf(url: string, dataDir: string): Promise<Client> {
  return new Client(url, (await readFile(path.join(dataDir, 'operator-token'), 'utf8')).trim());
}

export interface MadeTenant {
  readonly id: string;
  readonly managementToken: string;
}

/** Makes an organization with one tenant. */
export async function makeTenant(operator: Client, name: string, plan: 'FREE' | 'PRO' | 'ENTERPRISE' = 'ENTERPRISE'): Promise<MadeTenant> {
  const organizationId = textAt(await expectStatus(201, operator.post('/fdr/v1/organizations', { name })), 'id');
  const made = await expectStatus(201, operator.post('/fdr/v1/tenants', { organizationId, name, plan, contactEmail: 'ops@acme.example' }));
  return { id: textAt(made, 'tenant', 'id'), managementToken: textAt(made, 'managementKey', 'token') };
}

/** Makes a token of a service that verifies keys, and its client. */
export async function makeGateway(url: string, operator: Client): Promise<Client> {
  return new Client(url, textAt(await expectStatus(201, operator.post('/fdr/v1/tokens', { plane: 'int', name: 'gateway' })), 'token'));
}

/** Makes a service key. */
export async function makeKey(admin: Client, name: string, settings: object = {}): Promise<{ readonly id: string; readonly token: string }> {
  const made = await expectStatus(201, admin.post('/v1/api-keys', { name, environment: 'live', permissions: ['tiles:read'], ...settings }));
  return { id: textAt(made, 'key', 'id'), token: textAt(made, 'token') };
}

import type { ComposedOptions } from '@hoc/testbed/composed';
import type { Backend } from '@hoc/testbed/databases';
import { startTestServer, type TestServer } from '@hoc/testbed/http';
import { Client, textAt, type Answer } from './client.ts';
import { Conformance } from './conformance.ts';

/** A tenant of the test's own, with its first management key. */
export interface TestTenant {
  readonly id: string;
  readonly managementKeyId: string;
  readonly managementToken: string;
  /** As that key. */
  readonly admin: Client;
}

/** A running server, and those who talk to it. */
export interface World {
  readonly server: TestServer;
  readonly conformance: Conformance;
  readonly operator: Client;
  /** As a service that verifies. */
  readonly service: Client;
  readonly serviceToken: string;
  readonly anonymous: Client;
  as(token: string | null): Client;
  /** Dispatches a write as the operator, under HTTP: for states that HTTP does not stop in. */
  dispatch(address: string, method: string, input: unknown, idempotencyKey?: string): Promise<unknown>;
  newOrganization(): Promise<string>;
  newTenant(plan?: 'FREE' | 'PRO' | 'ENTERPRISE'): Promise<TestTenant>;
  close(): Promise<void>;
}

/** Starts a server on a fresh database, with a service token; all through the public API. */
export async function createWorld(backend: Backend, clock: () => Date = () => new Date(), options: ComposedOptions = {}): Promise<World> {
  const server = await startTestServer({ backend, clock, ...options });
  const conformance = await Conformance.of(server.url);
  const as = (token: string | null): Client => new Client(server.url, token, conformance);
  const operator = as(server.operatorToken);
  const serviceToken = textAt(await operator.post('/fdr/v1/tokens', { plane: 'int', name: 'gateway' }), 'token');
  const newOrganization = async (): Promise<string> => textAt(await operator.post('/fdr/v1/organizations', { name: 'Acme' }), 'id');
  return {
    server, conformance, operator, serviceToken, as, newOrganization,
    dispatch: async (address, method, input, idempotencyKey) => {
      const result = await server.registry.execute(address, { method, principal: server.operator, input, idempotencyKey });
      if (!result.ok) throw new Error(JSON.stringify(result.denial));
      return result.value;
    },
    service: as(serviceToken),
    anonymous: as(null),
    newTenant: async (plan = 'ENTERPRISE') => {
      const organizationId = await newOrganization();
      const made = await operator.post('/fdr/v1/tenants', { organizationId, name: 'Acme', plan, contactEmail: 'ops@acme.example' });
      const managementToken = textAt(made, 'managementKey', 'token');
      return { id: textAt(made, 'tenant', 'id'), managementKeyId: textAt(made, 'managementKey', 'id'), managementToken, admin: as(managementToken) };
    },
    close: () => server.close(),
  };
}

/** A body for a new service key. */
export const serviceKey = (over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  name: 'production', environment: 'live', permissions: ['invoices:read'], ...over,
});

/** Makes a service key, and answers its id and token. */
export async function newKey({ admin }: TestTenant, over: Readonly<Record<string, unknown>> = {}): Promise<{ readonly id: string; readonly token: string }> {
  const made = await admin.post('/v1/api-keys', serviceKey(over));
  return { id: textAt(made, 'key', 'id'), token: textAt(made, 'token') };
}

/** Takes every page of a list, and answers all items. */
export async function everyPage(client: Client, path: string, limit: number): Promise<{ readonly items: unknown[]; readonly pages: number }> {
  const items: unknown[] = [];
  const separator = path.includes('?') ? '&' : '?';
  let cursor: unknown = null;
  let pages = 0;
  do {
    const answer: Answer = await client.get(`${path}${separator}limit=${limit}${typeof cursor === 'string' ? `&cursor=${cursor}` : ''}`);
    const { items: page, nextCursor } = answer.body as { items: unknown[]; nextCursor: unknown }; // the document's schema has shown it
    items.push(...page);
    cursor = nextCursor;
    pages += 1;
  } while (cursor !== null && pages < 1000);
  return { items, pages };
}

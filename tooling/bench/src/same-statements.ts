import { hash } from 'node:crypto';
import { mintKey } from '@hoc/l5-engines/api-keys/issue';
import { newId } from '@hoc/l5-engines/ids';
import { OnboardingWriter } from '@hoc/l6-drivers/account/onboarding.driver';
import { TenantCounterWriter } from '@hoc/l6-drivers/account/tenant-counters.driver';
import { TenantWriter } from '@hoc/l6-drivers/account/tenants.driver';
import { ApiKeyWriter } from '@hoc/l6-drivers/api-keys/keys.driver';
import { beginFor } from '@hoc/l6-drivers/database/begin';
import type { Database } from '@hoc/l6-drivers/database/database';
import { AuditChainWriter } from '@hoc/l6-drivers/governance/audit-chain.driver';
import { GovernanceReader } from '@hoc/l6-drivers/governance/governance.driver';
import { EventLogWriter } from '@hoc/l6-drivers/outbox/event-log.driver';
import type { BenchTenant, Installation } from './governed-tenants.ts';

const RULES = ['BI-APIKEY-001', 'BI-APIKEY-002', 'BI-APIKEY-003', 'BI-APIKEY-005'];

/** The very statements of a governed create, by the same drivers, on the same connections: written by hand, one after the other. */
export class SameStatements {
  readonly #database: Database;
  readonly #vault: Installation['vault'];

  constructor({ vault }: Pick<Installation, 'vault'>, database: Database) {
    this.#database = database;
    this.#vault = vault;
  }

  async create({ id: tenantId, admin }: BenchTenant, settings: { readonly name: string; readonly environment: 'live'; readonly permissions: readonly string[] }): Promise<void> {
    const session = await this.#database.session();
    let isClean = false;
    try {
      await beginFor(session, tenantId);
      const governance = await new GovernanceReader(session).read(tenantId, RULES);
      const tenant = await new TenantWriter(session).lockForShare(tenantId);
      const counters = new TenantCounterWriter(session);
      const count = await counters.lockWithCap(tenantId, 'LIVE_SERVICE_KEYS');
      const keys = new ApiKeyWriter(session);
      const grant = await keys.grantOf(tenantId, admin.id);
      const chain = new AuditChainWriter(session);
      const head = await chain.lockHead(tenantId);
      const standing = await new OnboardingWriter(session).getBesideCounter(tenantId, 'LIVE_SERVICE_KEYS');
      if (governance.degraded !== null || tenant?.status !== 'ACTIVE' || count.value >= count.cap || grant?.status !== 'ACTIVE' || head === null || standing?.state !== 'CREATED') {
        throw new Error('the key may not be created');
      }
      const by = { plane: admin.plane, id: admin.id, name: admin.name };
      const now = new Date();
      const id = newId('key');
      const { key } = mintKey(
        {
          id, tenantId, locator: tenant.locator, kind: 'SERVICE', projectId: null, grantable: null, allowedResources: [], allowedAddresses: [],
          expiresAt: null, metadata: {}, ownerRef: null, rateLimits: [], hasCredits: false, creditRefill: null, maxConcurrent: null, rotatedFrom: null, meterId: id, by, now, ...settings, permissions: [...settings.permissions],
        },
        this.#vault,
      );
      await keys.insert(key);
      await counters.add(tenantId, 'LIVE_SERVICE_KEYS', 1);
      const entry = {
        seq: head.seq + 1, at: now, actor: by, address: 'api_keys.write', method: 'create', anchor: 'api_key.create', outcome: 'COMMITTED',
        subject: key.id, invariants: RULES.map((rule) => ({ id: rule, mode: 'STRICT', outcome: 'HELD' }) as const), requestId: crypto.randomUUID(), prevHash: head.hash,
      } as const;
      await chain.append(tenantId, { ...entry, hash: hash('sha256', JSON.stringify(entry), 'hex') });
      const { digest: _digest, pepperId: _pepperId, ...shown } = key;
      await new EventLogWriter(session).append(tenantId, [{ id: newId('evt'), type: 'api_key.created', payload: { key: shown } }], entry);
      await session.control('commit');
      isClean = true;
    } finally {
      session.release(isClean);
    }
  }
}

import { PLATFORM } from '@hoc/l7-models/platform';
import type { Tenant } from '@hoc/l7-models/account.tables';
import { AccessTokenTruthReader } from '../src/account/access-token-truth.ts';
import { AccessTokenReader, AccessTokenWriter } from '../src/account/access-tokens.driver.ts';
import { AttestationChallengeReader, AttestationChallengeWriter } from '../src/account/attestation-challenges.driver.ts';
import { ContactConfirmationReader, ContactConfirmationWriter } from '../src/account/contact-confirmations.driver.ts';
import { InstallationWriter } from '../src/account/installation.driver.ts';
import { OnboardingEvidenceReader, OnboardingEvidenceWriter } from '../src/account/onboarding-evidence.driver.ts';
import { OnboardingReader, OnboardingWriter } from '../src/account/onboarding.driver.ts';
import { OrganizationReader, OrganizationWriter } from '../src/account/organizations.driver.ts';
import { PlanReader } from '../src/account/plans.driver.ts';
import { ProjectReader, ProjectWriter } from '../src/account/projects.driver.ts';
import { TenantCounterReader, TenantCounterWriter } from '../src/account/tenant-counters.driver.ts';
import { TenantDataKeyReader, TenantDataKeyWriter } from '../src/account/tenant-data-keys.driver.ts';
import { TenantLocatorReader, TenantLocatorWriter } from '../src/account/tenant-locators.driver.ts';
import { TenantReader, TenantWriter } from '../src/account/tenants.driver.ts';
import { ApiKeyReader, ApiKeyWriter } from '../src/api-keys/keys.driver.ts';
import { KeyTruthReader } from '../src/api-keys/key-truth.ts';
import { Coalescer } from '../src/database/coalescer.ts';
import type { Database } from '../src/database/database.ts';
import type { Sql } from '../src/database/sql.ts';
import type { Transaction } from '../src/database/transaction.ts';
import { createUnitOfWork, type UnitOfWork, type WriteLimits } from '../src/database/unit-of-work.ts';
import { AuditReader } from '../src/governance/audit.driver.ts';
import { DegradedModeReader, DegradedModeWriter } from '../src/governance/degraded-mode.driver.ts';
import { ModeReader, ModeWriter } from '../src/governance/modes.driver.ts';
import { StateScanReader } from '../src/governance/state-scans.driver.ts';
import { ViolationReader } from '../src/governance/violations.driver.ts';
import { ConnectorTypeReader, ConnectorTypeWriter } from '../src/integrations/connector-types.driver.ts';
import { IntegrationReader, IntegrationWriter } from '../src/integrations/integrations.driver.ts';
import { LeaseReader, LeaseWriter } from '../src/leases/leases.driver.ts';
import { KeyCreditReader, KeyCreditWriter } from '../src/metering/key-credits.driver.ts';
import { ConsumerCursorReader, ConsumerCursorWriter } from '../src/outbox/consumer-cursors.driver.ts';
import { DeadLetterReader, DeadLetterWriter } from '../src/outbox/dead-letters.driver.ts';
import { OutboxEventReader } from '../src/outbox/events.driver.ts';
import { WebhookEndpointReader, WebhookEndpointWriter } from '../src/outbox/webhook-endpoints.driver.ts';
import { UsageReader } from '../src/usage/usage.driver.ts';
import { AT, ORGANIZATION, tenantRow } from './rows.ts';

export interface Readers {
  readonly sql: Sql;
  readonly organizations: OrganizationReader;
  readonly plans: PlanReader;
  readonly tenants: TenantReader;
  readonly counters: TenantCounterReader;
  readonly projects: ProjectReader;
  readonly accessTokens: AccessTokenReader;
  readonly keys: ApiKeyReader;
  readonly audit: AuditReader;
  readonly violations: ViolationReader;
  readonly modes: ModeReader;
  readonly degraded: DegradedModeReader;
  readonly scans: StateScanReader;
  readonly locators: TenantLocatorReader;
  readonly dataKeys: TenantDataKeyReader;
  readonly onboarding: OnboardingReader;
  readonly onboardingEvidence: OnboardingEvidenceReader;
  readonly contactConfirmations: ContactConfirmationReader;
  readonly attestationChallenges: AttestationChallengeReader;
  readonly connectorTypes: ConnectorTypeReader;
  readonly integrations: IntegrationReader;
  readonly events: OutboxEventReader;
  readonly webhookEndpoints: WebhookEndpointReader;
  readonly deadLetters: DeadLetterReader;
  readonly consumerCursors: ConsumerCursorReader;
  readonly leases: LeaseReader;
  readonly credits: KeyCreditReader;
  readonly usage: UsageReader;
}

export interface Writers extends Readers {
  readonly organizations: OrganizationWriter;
  readonly tenants: TenantWriter;
  readonly counters: TenantCounterWriter;
  readonly projects: ProjectWriter;
  readonly accessTokens: AccessTokenWriter;
  readonly keys: ApiKeyWriter;
  readonly modes: ModeWriter;
  readonly degraded: DegradedModeWriter;
  readonly locators: TenantLocatorWriter;
  readonly dataKeys: TenantDataKeyWriter;
  readonly installation: InstallationWriter;
  readonly onboarding: OnboardingWriter;
  readonly onboardingEvidence: OnboardingEvidenceWriter;
  readonly contactConfirmations: ContactConfirmationWriter;
  readonly attestationChallenges: AttestationChallengeWriter;
  readonly connectorTypes: ConnectorTypeWriter;
  readonly integrations: IntegrationWriter;
  readonly webhookEndpoints: WebhookEndpointWriter;
  readonly deadLetters: DeadLetterWriter;
  readonly consumerCursors: ConsumerCursorWriter;
  readonly leases: LeaseWriter;
  readonly credits: KeyCreditWriter;
}

const readers = (sql: Sql): Readers => ({
  sql,
  organizations: new OrganizationReader(sql),
  plans: new PlanReader(sql),
  tenants: new TenantReader(sql),
  counters: new TenantCounterReader(sql),
  projects: new ProjectReader(sql),
  accessTokens: new AccessTokenReader(sql),
  keys: new ApiKeyReader(sql),
  audit: new AuditReader(sql),
  violations: new ViolationReader(sql),
  modes: new ModeReader(sql),
  degraded: new DegradedModeReader(sql),
  scans: new StateScanReader(sql),
  locators: new TenantLocatorReader(sql),
  dataKeys: new TenantDataKeyReader(sql),
  onboarding: new OnboardingReader(sql),
  onboardingEvidence: new OnboardingEvidenceReader(sql),
  contactConfirmations: new ContactConfirmationReader(sql),
  attestationChallenges: new AttestationChallengeReader(sql),
  connectorTypes: new ConnectorTypeReader(sql),
  integrations: new IntegrationReader(sql),
  events: new OutboxEventReader(sql),
  webhookEndpoints: new WebhookEndpointReader(sql),
  deadLetters: new DeadLetterReader(sql),
  consumerCursors: new ConsumerCursorReader(sql),
  leases: new LeaseReader(sql),
  credits: new KeyCreditReader(sql),
  usage: new UsageReader(sql),
});

const writers = (sql: Sql): Writers => ({
  ...readers(sql),
  organizations: new OrganizationWriter(sql),
  tenants: new TenantWriter(sql),
  counters: new TenantCounterWriter(sql),
  projects: new ProjectWriter(sql),
  accessTokens: new AccessTokenWriter(sql),
  keys: new ApiKeyWriter(sql),
  modes: new ModeWriter(sql),
  degraded: new DegradedModeWriter(sql),
  locators: new TenantLocatorWriter(sql),
  dataKeys: new TenantDataKeyWriter(sql),
  installation: new InstallationWriter(sql),
  onboarding: new OnboardingWriter(sql),
  onboardingEvidence: new OnboardingEvidenceWriter(sql),
  contactConfirmations: new ContactConfirmationWriter(sql),
  attestationChallenges: new AttestationChallengeWriter(sql),
  connectorTypes: new ConnectorTypeWriter(sql),
  integrations: new IntegrationWriter(sql),
  webhookEndpoints: new WebhookEndpointWriter(sql),
  deadLetters: new DeadLetterWriter(sql),
  consumerCursors: new ConsumerCursorWriter(sql),
  leases: new LeaseWriter(sql),
  credits: new KeyCreditWriter(sql),
});

export type Store = UnitOfWork<Writers, Readers, { truth: KeyTruthReader; accessTokens: AccessTokenTruthReader }>;

let eventCount = 0;

/** Suites hold transactions of one tenant open by hand, as many as they like. */
const BY_HAND: WriteLimits = { writesAtOnce: 100, patienceMs: 60_000 };

/** `committed` is told the tenants of committed events. */
export const storeOf = (database: Database, committed?: (tenantId: string) => void, limits: WriteLimits = BY_HAND): Store =>
  createUnitOfWork(
    database,
    {
      write: writers, read: readers,
      decide: (sql) => {
        const waves = new Coalescer(sql);
        return { truth: new KeyTruthReader(waves), accessTokens: new AccessTokenTruthReader(waves) };
      },
    },
    { newEventId: () => `evt_${(eventCount += 1)}`, ...(committed === undefined ? {} : { committed }) },
    limits,
  );

/** Runs `work` in a write transaction and commits it. */
export async function write<Value>(store: Store, tenantId: string, work: (scope: Writers, tx: Transaction<Writers>) => Promise<Value>): Promise<Value> {
  const tx = await store.begin(tenantId);
  try {
    const value = await work(tx.scope, tx);
    await tx.commit();
    return value;
  } finally {
    await tx.rollback();
  }
}

/** Makes a tenant with its counters, as the platform and then as itself. */
export async function makeTenant(store: Store, n: number, changes: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = tenantRow(n, { status: 'ACTIVE', ...changes });
  await write(store, PLATFORM, async ({ organizations, locators, tenants }) => {
    if ((await organizations.get(ORGANIZATION.id)) === null) await organizations.insert(ORGANIZATION);
    await locators.claim(tenant.locator, tenant.id, AT);
    await tenants.insert(tenant);
  });
  await write(store, tenant.id, ({ counters }) => counters.open(tenant.id));
  return tenant;
}

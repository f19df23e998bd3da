import type { UrlPolicy } from '@hoc/l5-engines/outbound/target-url';
import type { DecideScope, ReadScope, Vault, WriteScope } from '@hoc/l5-engines/scope';
import { AccessTokenTruthReader } from '@hoc/l6-drivers/account/access-token-truth';
import { AccessTokenReader, AccessTokenWriter } from '@hoc/l6-drivers/account/access-tokens.driver';
import { AttestationChallengeReader, AttestationChallengeWriter } from '@hoc/l6-drivers/account/attestation-challenges.driver';
import { ContactConfirmationReader, ContactConfirmationWriter } from '@hoc/l6-drivers/account/contact-confirmations.driver';
import { InstallationReader, InstallationWriter } from '@hoc/l6-drivers/account/installation.driver';
import { LocatorCache } from '@hoc/l6-drivers/account/locator.cache';
import { LocatorTruthReader } from '@hoc/l6-drivers/account/locator-truth';
import { OnboardingEvidenceReader, OnboardingEvidenceWriter } from '@hoc/l6-drivers/account/onboarding-evidence.driver';
import { OnboardingReader, OnboardingWriter } from '@hoc/l6-drivers/account/onboarding.driver';
import { OrganizationReader, OrganizationWriter } from '@hoc/l6-drivers/account/organizations.driver';
import { PlanReader } from '@hoc/l6-drivers/account/plans.driver';
import { ProjectReader, ProjectWriter } from '@hoc/l6-drivers/account/projects.driver';
import { TenantCounterReader, TenantCounterWriter } from '@hoc/l6-drivers/account/tenant-counters.driver';
import { TenantDataKeyReader, TenantDataKeyWriter } from '@hoc/l6-drivers/account/tenant-data-keys.driver';
import { TenantLocatorWriter } from '@hoc/l6-drivers/account/tenant-locators.driver';
import { TenantReader, TenantWriter } from '@hoc/l6-drivers/account/tenants.driver';
import { KeyTruthReader } from '@hoc/l6-drivers/api-keys/key-truth';
import { ApiKeyReader, ApiKeyWriter } from '@hoc/l6-drivers/api-keys/keys.driver';
import { Coalescer } from '@hoc/l6-drivers/database/coalescer';
import type { Sql } from '@hoc/l6-drivers/database/sql';
import type { Scopes } from '@hoc/l6-drivers/database/unit-of-work';
import { AuditReader } from '@hoc/l6-drivers/governance/audit.driver';
import { DegradedModeReader, DegradedModeWriter } from '@hoc/l6-drivers/governance/degraded-mode.driver';
import { ModeReader, ModeWriter } from '@hoc/l6-drivers/governance/modes.driver';
import { StateScanReader } from '@hoc/l6-drivers/governance/state-scans.driver';
import { ViolationReader } from '@hoc/l6-drivers/governance/violations.driver';
import { ConnectorTypeReader, ConnectorTypeWriter } from '@hoc/l6-drivers/integrations/connector-types.driver';
import { IntegrationReader, IntegrationWriter } from '@hoc/l6-drivers/integrations/integrations.driver';
import { LeaseReader, LeaseWriter } from '@hoc/l6-drivers/leases/leases.driver';
import { KeyCreditReader, KeyCreditWriter } from '@hoc/l6-drivers/metering/key-credits.driver';
import { ConsumerCursorReader, ConsumerCursorWriter } from '@hoc/l6-drivers/outbox/consumer-cursors.driver';
import { DeadLetterReader, DeadLetterWriter } from '@hoc/l6-drivers/outbox/dead-letters.driver';
import { OutboxEventReader } from '@hoc/l6-drivers/outbox/events.driver';
import { WebhookEndpointReader, WebhookEndpointWriter } from '@hoc/l6-drivers/outbox/webhook-endpoints.driver';
import { UsageReader } from '@hoc/l6-drivers/usage/usage.driver';

/** What scopes hold besides drivers and the vault. */
export interface ScopeParts extends Pick<DecideScope, 'probe' | 'meters' | 'localLimits' | 'usage'> {
  readonly alarm: NonNullable<DecideScope['alarm']>;
  readonly redigest: NonNullable<DecideScope['redigest']>;
  readonly urlPolicy: UrlPolicy;
}

/** How the scopes that operations get are built from a place to send statements to. They are frozen: nobody can swap a driver. */
export const scopesOf = (vault: Vault, { urlPolicy, ...parts }: ScopeParts): Scopes<WriteScope, ReadScope, DecideScope> => ({
  write: (sql) => Object.freeze(writeScope(sql, vault, urlPolicy)),
  read: (sql) => Object.freeze(readScope(sql, vault)),
  decide: (truth) => {
    const waves = new Coalescer(truth);
    return Object.freeze({
      truth: new KeyTruthReader(waves),
      accessTokens: new AccessTokenTruthReader(waves),
      locators: new LocatorCache(new LocatorTruthReader(waves)),
      vault,
      ...parts,
    });
  },
});

const pepperIdsOf = ({ peppers }: Vault): readonly string[] => peppers.keys.map(({ id }) => id);

const readScope = (sql: Sql, vault: Vault): ReadScope => ({
  currentKekId: vault.keks.current.id,
  pepperIds: pepperIdsOf(vault),
  installation: new InstallationReader(sql),
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

const writeScope = (sql: Sql, vault: Vault, urlPolicy: UrlPolicy): WriteScope => ({
  currentKekId: vault.keks.current.id,
  pepperIds: pepperIdsOf(vault),
  organizations: new OrganizationWriter(sql),
  plans: new PlanReader(sql),
  tenants: new TenantWriter(sql),
  counters: new TenantCounterWriter(sql),
  projects: new ProjectWriter(sql),
  accessTokens: new AccessTokenWriter(sql),
  keys: new ApiKeyWriter(sql),
  audit: new AuditReader(sql),
  violations: new ViolationReader(sql),
  modes: new ModeWriter(sql),
  degraded: new DegradedModeWriter(sql),
  scans: new StateScanReader(sql),
  locators: new TenantLocatorWriter(sql),
  dataKeys: new TenantDataKeyWriter(sql),
  installation: new InstallationWriter(sql),
  onboarding: new OnboardingWriter(sql),
  onboardingEvidence: new OnboardingEvidenceWriter(sql),
  contactConfirmations: new ContactConfirmationWriter(sql),
  attestationChallenges: new AttestationChallengeWriter(sql),
  connectorTypes: new ConnectorTypeWriter(sql),
  integrations: new IntegrationWriter(sql),
  events: new OutboxEventReader(sql),
  webhookEndpoints: new WebhookEndpointWriter(sql),
  deadLetters: new DeadLetterWriter(sql),
  consumerCursors: new ConsumerCursorWriter(sql),
  leases: new LeaseWriter(sql),
  credits: new KeyCreditWriter(sql),
  usage: new UsageReader(sql),
  vault,
  urlPolicy,
});

import type { AccessTokenTruthReader } from '@hoc/l6-drivers/account/access-token-truth';
import type { AccessTokenReader, AccessTokenWriter } from '@hoc/l6-drivers/account/access-tokens.driver';
import type { AttestationChallengeReader, AttestationChallengeWriter } from '@hoc/l6-drivers/account/attestation-challenges.driver';
import type { ContactConfirmationReader, ContactConfirmationWriter } from '@hoc/l6-drivers/account/contact-confirmations.driver';
import type { InstallationReader, InstallationWriter } from '@hoc/l6-drivers/account/installation.driver';
import type { OnboardingEvidenceReader, OnboardingEvidenceWriter } from '@hoc/l6-drivers/account/onboarding-evidence.driver';
import type { OnboardingReader, OnboardingWriter } from '@hoc/l6-drivers/account/onboarding.driver';
import type { OrganizationReader, OrganizationWriter } from '@hoc/l6-drivers/account/organizations.driver';
import type { PlanReader } from '@hoc/l6-drivers/account/plans.driver';
import type { ProjectReader, ProjectWriter } from '@hoc/l6-drivers/account/projects.driver';
import type { TenantCounterReader, TenantCounterWriter } from '@hoc/l6-drivers/account/tenant-counters.driver';
import type { TenantDataKeyReader, TenantDataKeyWriter } from '@hoc/l6-drivers/account/tenant-data-keys.driver';
import type { TenantLocatorWriter } from '@hoc/l6-drivers/account/tenant-locators.driver';
import type { TenantReader, TenantWriter } from '@hoc/l6-drivers/account/tenants.driver';
import type { KeyTruthReader } from '@hoc/l6-drivers/api-keys/key-truth';
import type { ApiKeyReader, ApiKeyWriter } from '@hoc/l6-drivers/api-keys/keys.driver';
import type { AuditReader } from '@hoc/l6-drivers/governance/audit.driver';
import type { DegradedModeReader, DegradedModeWriter } from '@hoc/l6-drivers/governance/degraded-mode.driver';
import type { ModeReader, ModeWriter } from '@hoc/l6-drivers/governance/modes.driver';
import type { StateScanReader } from '@hoc/l6-drivers/governance/state-scans.driver';
import type { ViolationReader } from '@hoc/l6-drivers/governance/violations.driver';
import type { ConnectorTypeReader, ConnectorTypeWriter } from '@hoc/l6-drivers/integrations/connector-types.driver';
import type { IntegrationReader, IntegrationWriter } from '@hoc/l6-drivers/integrations/integrations.driver';
import type { LeaseReader, LeaseWriter } from '@hoc/l6-drivers/leases/leases.driver';
import type { KeyCreditReader, KeyCreditWriter } from '@hoc/l6-drivers/metering/key-credits.driver';
import type { MeterTaker } from '@hoc/l6-drivers/metering/meter-taker';
import type { ConsumerCursorReader, ConsumerCursorWriter } from '@hoc/l6-drivers/outbox/consumer-cursors.driver';
import type { DeadLetterReader, DeadLetterWriter } from '@hoc/l6-drivers/outbox/dead-letters.driver';
import type { OutboxEventReader } from '@hoc/l6-drivers/outbox/events.driver';
import type { WebhookEndpointReader, WebhookEndpointWriter } from '@hoc/l6-drivers/outbox/webhook-endpoints.driver';
import type { UsageRecorder } from '@hoc/l6-drivers/usage/usage-recorder';
import type { UsageReader } from '@hoc/l6-drivers/usage/usage.driver';
import type { ProbeResult, ProbeSubject } from './integrations/probe.ts';
import type { KekRing, PepperRing } from './keyring.ts';
import type { LocalLimits } from './metering/local-limits.ts';
import type { UrlPolicy } from './outbound/target-url.ts';
import type { OnOldPepper } from './redigest.ts';

/** `length` bytes from a cryptographic source. */
export type RandomBytes = (length: number) => Uint8Array;

/** What the configuration holds in secret, and the randomness that secrets are made of. */
export interface Vault {
  readonly peppers: PepperRing;
  readonly keks: KekRing;
  readonly randomBytes: RandomBytes;
}

/** What an operation of kind `read` gets: drivers that can only read. */
export interface ReadScope {
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
  /** The id of the key-encryption key that wraps new data keys; the key itself is in the vault, where reads do not come. */
  readonly currentKekId: string;
  /** The ids of the peppers of this server's file, the current one first. */
  readonly pepperIds: readonly string[];
  readonly installation: InstallationReader;
  /** Wrapped: no read can unwrap them. */
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

/**
 * What an operation of kind `write` gets. It has no commit and no rollback. Audit entries, violations and events are
 * the kernel's to write, so they are read-only here too.
 */
export interface WriteScope {
  readonly organizations: OrganizationWriter;
  readonly plans: PlanReader;
  readonly tenants: TenantWriter;
  readonly counters: TenantCounterWriter;
  readonly projects: ProjectWriter;
  readonly accessTokens: AccessTokenWriter;
  readonly keys: ApiKeyWriter;
  readonly audit: AuditReader;
  readonly violations: ViolationReader;
  readonly modes: ModeWriter;
  readonly degraded: DegradedModeWriter;
  readonly scans: StateScanReader;
  readonly locators: TenantLocatorWriter;
  readonly dataKeys: TenantDataKeyWriter;
  readonly installation: InstallationWriter;
  readonly onboarding: OnboardingWriter;
  readonly onboardingEvidence: OnboardingEvidenceWriter;
  readonly contactConfirmations: ContactConfirmationWriter;
  readonly attestationChallenges: AttestationChallengeWriter;
  readonly connectorTypes: ConnectorTypeWriter;
  readonly integrations: IntegrationWriter;
  readonly events: OutboxEventReader;
  readonly webhookEndpoints: WebhookEndpointWriter;
  readonly deadLetters: DeadLetterWriter;
  readonly consumerCursors: ConsumerCursorWriter;
  readonly leases: LeaseWriter;
  readonly credits: KeyCreditWriter;
  readonly usage: UsageReader;
  readonly currentKekId: string;
  readonly pepperIds: readonly string[];
  readonly vault: Vault;
  /** Which URLs others may choose for what HOC sends. */
  readonly urlPolicy: UrlPolicy;
}

/** A stored row that cannot be believed. It denies, and someone has to look at it. */
export interface UnreadableRow {
  readonly tenantId: string | null;
  /** The id of the key or token. */
  readonly id: string;
  readonly field: string;
}

/** The part of {@link DecideScope} that reads and has no effect: what may be asked before it is known who asks. */
export interface TruthScope {
  readonly truth: Pick<KeyTruthReader, 'find'>;
  /** Locator to tenant id; immutable, and so the one thing that may be answered from a cache. Then it is answered at once. */
  readonly locators: { resolve(locator: string): Promise<string | null> | string | null };
  readonly vault: Vault;
}

/** What an operation of kind `decide` gets: the truth about keys and tokens at the instant of its own statements. */
export interface DecideScope extends TruthScope {
  readonly accessTokens: Pick<AccessTokenTruthReader, 'find'>;
  /** Takes from what is counted in the store, exactly, across processes. */
  readonly meters: Pick<MeterTaker, 'take' | 'release' | 'renew'>;
  /** What this process counts by itself. */
  readonly localLimits: LocalLimits;
  /** Told of every verdict on a key that exists. Must not throw. */
  readonly usage: Pick<UsageRecorder, 'record'>;
  /** Asks a target whether an integration works, by a real request. No transaction may wait for it. */
  readonly probe: (subject: ProbeSubject) => Promise<ProbeResult>;
  /** Told about every row that denied because it could not be read. Must not throw. */
  readonly alarm?: (row: UnreadableRow) => void;
  /** Told of every key and token that was found under a pepper that is no longer the current one. */
  readonly redigest?: OnOldPepper;
}

import { newId } from '@hoc/l5-engines/ids';
import { LocalLimits } from '@hoc/l5-engines/metering/local-limits';
import type { UrlPolicy } from '@hoc/l5-engines/outbound/target-url';
import { fingerprintsUnder } from '@hoc/l5-engines/request-fingerprint';
import type { DecideScope, ReadScope, Vault, WriteScope } from '@hoc/l5-engines/scope';
import type { Database } from '@hoc/l6-drivers/database/database';
import { createUnitOfWork } from '@hoc/l6-drivers/database/unit-of-work';
import { MeterTaker } from '@hoc/l6-drivers/metering/meter-taker';
import { definitionsOf, LOCK_ORDER, type Definitions } from '@hoc/l4-spine/catalogue';
import type { Reporter } from '@hoc/l4-spine/kernel/ports';
import { Registry, type OperationDescription } from '@hoc/l4-spine/kernel/registry';
import { scopesOf } from './scopes.ts';

export interface Composition {
  readonly database: Database;
  readonly vault: Vault;
  readonly reporter: Reporter;
  /** Told of rows that denied because they could not be read. */
  readonly alarm: NonNullable<DecideScope['alarm']>;
  /** Told after each commit that has written events of a tenant: to deliver them sooner. It must not throw. */
  readonly eventsCommitted?: (tenantId: string) => void;
  /** Which URLs tenants may choose. Default: HTTPS alone, and no network but the internet. */
  readonly urlPolicy?: UrlPolicy;
  /** How integrations are tried. Default: nothing is ever sent. */
  readonly probe?: DecideScope['probe'];
  /** Told of each verdict on a key that exists. Default: nothing is counted. */
  readonly usage?: DecideScope['usage'];
  /** Told of every key and token that is found under an older pepper. Default: they stay there. */
  readonly redigest?: NonNullable<DecideScope['redigest']>;
  /** By how many processes local rate limits are shared. Default: 1. */
  readonly localShares?: number;
  /** Default: the system's clock. */
  readonly clock?: () => Date;
  /** Default: 5000. */
  readonly evaluationTimeoutMs?: number;
  /** Other definitions in the place of some: for proofs that need a guard taken out. */
  readonly substitute?: (definitions: Definitions) => Definitions;
}

export type HocRegistry = Registry<WriteScope, ReadScope, DecideScope>;

const INTERNET_ALONE: UrlPolicy = { allowHttp: false, networks: [] };

const sendsNothing: DecideScope['probe'] = async () => ({ performed: false, message: 'This server sends no requests.' });

const countsNothing: DecideScope['usage'] = { record: () => {} };

const leavesThem = (): void => {};

/** The registry of HOC over an open database, frozen: every operation and every invariant there is. */
export function compose({
  database, vault, alarm, eventsCommitted, urlPolicy = INTERNET_ALONE, probe = sendsNothing, usage = countsNothing, localShares = 1,
  redigest = leavesThem, substitute = (definitions) => definitions, ...options
}: Composition): HocRegistry {
  const scopes = scopesOf(vault, { alarm, probe, urlPolicy, usage, redigest, meters: new MeterTaker(database.meters), localLimits: new LocalLimits({ shares: localShares }) });
  const describe = (): readonly OperationDescription[] => registry.describe();
  const registry = new Registry({
    ...options,
    storage: createUnitOfWork(database, scopes, {
      newEventId: () => newId('evt'), ...(eventsCommitted === undefined ? {} : { committed: eventsCommitted }),
    }),
    lockOrder: LOCK_ORDER,
    newViolationId: () => newId('vio'),
    fingerprints: fingerprintsUnder(vault.peppers),
  });
  return registry.register(substitute(definitionsOf(describe))).freeze();
}

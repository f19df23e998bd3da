import type { OwnershipConfig } from '@hoc/guards/ownership/ownership-config';
import { liveRegistry } from '../live-registry.ts';

const TESTS = ['**/*.test.ts', '**/*.test-d.ts'];
const KERNEL = 'packages/l4-spine/src/kernel/operation.ts';

/** Who owns what in this repository. */
export const ownership: OwnershipConfig = {
  live: liveRegistry,
  operations: {
    files: ['packages/*/src/**', 'apps/*/src/**'],
    except: TESTS,
    factories: ['writeOperation', 'aheadWriteOperation', 'preparedWriteOperation', 'readOperation', 'decideOperation', 'decideAheadOperation'].map((name) => ({ module: KERNEL, name, calls: 2 })),
    key: 'address',
    folder: 'packages/l4-spine/src/domains/{domain}/',
  },
  engines: {
    owned: ['packages/l5-engines/src/{domain}/', 'packages/l6-drivers/src/{domain}/'],
    callers: ['packages/l4-spine/src/domains/{domain}/'],
    // The unit of work records what every transaction did, and outbound requests are sent for whoever has to ask something; they belong to no domain.
    shared: ['database', 'outbound'],
    common: ['packages/l4-spine/src/domains/*.ts', 'packages/l5-engines/src/*.ts'],
    mayUse: [
      {
        domain: 'auth',
        uses: ['packages/l5-engines/src/account/authenticate.ts', 'packages/l5-engines/src/api-keys/authenticate-service-key.ts'],
        reason: 'Who holds a token is asked across every kind of token: the address is its own, the decision stands with the rows that it reads.',
      },
      {
        domain: 'account',
        uses: [
          'packages/l5-engines/src/api-keys/issue.ts',
          'packages/l5-engines/src/api-keys/permissions-catalog.ts',
          'packages/l5-engines/src/api-keys/permission.ts',
        ],
        reason: "Provisioning makes a tenant's first management key in its own transaction, and tokens of operators hold permissions of the same grammar.",
      },
      {
        domain: 'account-onboarding',
        uses: [
          ...['onboarding', 'onboarding-predicates', 'onboarding-step', 'contact-confirmation', 'attestation-challenge'].map((name) => `packages/l5-engines/src/account/${name}.ts`),
          'packages/l5-engines/src/api-keys/lifecycle.ts',
          'packages/l5-engines/src/api-keys/authenticate-service-key.ts',
          'packages/l5-engines/src/outbox/event-types.ts',
        ],
        reason: "Onboarding is the account's, at an address of its own. What counts as a live key, and what a service key may attest, is decided where keys are; it only reads both.",
      },
      {
        domain: 'connector-types',
        uses: ['packages/l5-engines/src/integrations/connector-type.ts'],
        reason: 'A type is what integrations are instances of: what a sound one is, is decided beside what is judged by it.',
      },
      {
        domain: 'webhooks',
        uses: ['packages/l5-engines/src/outbox/event-types.ts', 'packages/l5-engines/src/outbox/webhook-secret.ts'],
        reason: 'An endpoint is where the outbox delivers to: what may be told, and signed with, is decided there.',
      },
      {
        domain: 'api-keys',
        uses: ['spend', 'rate-limit-fields', 'credit-balance'].map((name) => `packages/l5-engines/src/metering/${name}.ts`),
        reason: 'A verification is one answer about a key and its meters: the key says what may be taken, metering decides whether there is as much.',
      },
      {
        domain: 'usage',
        uses: ['packages/l5-engines/src/api-keys/verdict.ts'],
        reason: 'Verifications are counted by their verdict: which there are is decided where keys are verified.',
      },
    ],
  },
  dispatch: {
    files: ['packages/l2-api/src/**', 'apps/server/src/**'],
    except: TESTS,
    folder: 'packages/l2-api/src/{plane}/',
    // Two run the tables, one asks who is there, the server opens its own installation before any plane is served, and goes round its tenants in its own name.
    outside: ['packages/l2-api/src/http/{dispatch,decision,authentication}.ts', 'apps/server/src/installation.ts', 'apps/server/src/reprobe/reprobe-all.ts'],
    address: String.raw`[a-z][a-z_]*\.(?:write|query)`,
    method: 'method',
    calls: ['execute'],
  },
};

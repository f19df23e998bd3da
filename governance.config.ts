import { defineGovernance, type DeclaredInvariant, type Domain, type GovernanceConfig } from './tooling/governance/src/config.ts';
import { guardRun } from './tooling/governance/src/commands/guard-run.ts';
import { proofRun } from './tooling/governance/src/commands/proof-run.ts';
import { vitestReport } from './tooling/governance/src/commands/vitest-report.ts';
import type { LiveApplication } from './tooling/governance/src/live-application.ts';
import { PROOFS } from './tooling/toolchain/src/proofs/proof-set.ts';

/** The tests beside the code. */
const TESTS = ['**/*.test.ts', '**/*.test-d.ts'];
/** The engines' I/O, which is no decision: TCP, HTTP over a socket, what all requests share, DNS, TLS. Tests with I/O hold it. */
const REACHES_OUT = ['dial', 'exchange', 'outbound', 'resolve', 'secure-channel'].map((name) => `packages/l5-engines/src/outbound/${name}.ts`);
const CACHE = 'node_modules/.cache/hoc/governance';

const state = (holds: string, ...anchors: string[]): DeclaredInvariant => ({ kind: 'state', holds, anchors });
const transition = (holds: string, ...anchors: string[]): DeclaredInvariant => ({ kind: 'transition', holds, anchors });

/** One file of vitest's project t5: the runtime proofs of one domain. */
const t5Of = (domain: string, file: string): NonNullable<Domain['suite']> => {
  const report = `${CACHE}/t5-${domain}.json`;
  return {
    name: `t5 of ${domain}`,
    argv: ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project=t5', `packages/l4-spine/test/t5/${file}`, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    report: vitestReport(report),
  };
};

/** HOC as the server composes it, on a database that has just been made. */
async function freshInstallation(): Promise<LiveApplication> {
  const [{ createComposed, expectOk }, { liveRegistry }] = await Promise.all([import('@hoc/testbed/composed'), import('./tooling/toolchain/src/live-registry.ts')]);
  const composed = await createComposed('pglite');
  try {
    const registered = await liveRegistry();
    const operations = composed.registry.describe().map((operation) => {
      const place = registered.operations.find(({ address, method }) => address === operation.address && method === operation.method)?.place;
      if (place === undefined) throw new Error(`the composed registry has ${operation.address} ${operation.method}, which the catalogue has not`);
      return { ...operation, planes: [...operation.planes], exemption: operation.exemption ?? null, place };
    });
    const { items } = expectOk<{ readonly items: readonly { readonly id: string; readonly effectiveMode: string }[] }>(
      await composed.registry.execute('governance.query', { method: 'invariants', principal: composed.operator, input: {} }),
    );
    return {
      registry: { ...registered, operations, invariants: registered.invariants.filter(({ id }) => items.some((item) => item.id === id)) },
      effectiveModes: Object.fromEntries(items.map(({ id, effectiveMode }) => [id, effectiveMode])),
    };
  } finally {
    await composed.close();
  }
}

/** What `pnpm governance` holds this repository to. Ids, anchors and kinds are docs/DOMAIN.md's, and canonical. */
const config: GovernanceConfig = defineGovernance({
  calledAs: 'pnpm governance',
  domains: {
    tenant: {
      invariants: {
        'BI-TENANT-001': state('the tenant exists and is ACTIVE', 'project.create'),
        'BI-TENANT-002': transition('the organization exists and the name is not blank', 'tenant.create'),
        'BI-TENANT-003': transition('the tenant exists and is not CREATING', 'tenant.delete'),
        'BI-TENANT-004': transition('the lifecycle has this step', 'tenant.transition', 'tenant.delete'),
        'BI-TENANT-005': state('the tenant has no live key left', 'tenant.delete'),
        'BI-TENANT-006': transition('ACTIVE projects, the default one included, stay within the plan', 'project.create'),
        'BI-TENANT-007': transition('the project exists in this tenant and is ACTIVE', 'project.archive'),
        'BI-TENANT-008': transition('the tenant exists and is CREATING', 'tenant.provision'),
        'BI-TENANT-009': transition('the tenant exists and is ACTIVE or SUSPENDED', 'tenant.set_rate_limits', 'tenant.set_owner_rate_limits'),
      },
      addresses: ['account.*'],
      suite: t5Of('tenant', 'tenant.runtime-delta.test.ts'),
    },
    api_keys: {
      invariants: {
        'BI-APIKEY-001': state("the key's tenant exists and is ACTIVE", 'api_key.create', 'api_key.rotate', 'api_key.unfreeze', 'api_key.undo_rotation'),
        'BI-APIKEY-002': state('live keys of its kind stay within the plan', 'api_key.create'),
        'BI-APIKEY-003': transition('every permission granted is one that the granting principal may grant', 'api_key.create', 'api_key.rotate', 'api_key.update'),
        'BI-APIKEY-004': transition('the key exists in this tenant and its state allows the step', 'api_key.revoke', 'api_key.freeze', 'api_key.unfreeze', 'api_key.rotate', 'api_key.undo_rotation'),
        'BI-APIKEY-005': state('the project, if any, exists in this tenant and is ACTIVE', 'api_key.create', 'api_key.rotate'),
      },
      addresses: ['api_keys.*'],
      suite: t5Of('api_keys', 'api-keys.runtime-delta.test.ts'),
    },
    account_onboarding: {
      invariants: {
        'BI-ONBOARD-001': transition('all four predicates hold, by evidence', 'onboarding.activate'),
        'BI-ONBOARD-002': transition('the step is the next one, and its evidence exists', 'onboarding.advance'),
      },
      addresses: ['account_onboarding.*'],
      suite: t5Of('account_onboarding', 'account-onboarding.runtime-delta.test.ts'),
    },
    integrations: {
      invariants: {
        'BI-INTEG-001': state('the connector type is registered and the config satisfies its schema', 'integration.enable'),
        'BI-INTEG-002': transition('the integration exists and is ENABLED', 'integration.disable'),
        'BI-INTEG-003': transition('the request is scoped to a tenant', 'integrations.query'),
        'BI-INTEG-004': transition("the integration's tenant exists and is ACTIVE", 'integration.create', 'integration.enable'),
        'BI-INTEG-005': transition('the integration exists in this tenant and its state allows the step', 'integration.update', 'integration.rotate_credential', 'integration.delete', 'integration.probe'),
      },
      addresses: ['integrations.*', 'connector_types.*'],
      suite: t5Of('integrations', 'integrations.runtime-delta.test.ts'),
    },
    webhooks: {
      invariants: {
        'BI-WEBHOOK-001': transition("the endpoint's tenant exists and is ACTIVE", 'webhook.create'),
      },
      addresses: ['webhooks.*'],
      suite: t5Of('webhooks', 'webhooks.runtime-delta.test.ts'),
    },
    usage: {
      invariants: {
        'BI-USAGE-001': transition('the request is scoped to a tenant', 'usage.query'),
      },
      addresses: ['usage.*'],
      suite: t5Of('usage', 'usage.runtime-delta.test.ts'),
    },
  },
  commands: [
    { name: 't5', argv: ['node', 'tooling/toolchain/bin/proofs.ts'], report: proofRun(PROOFS.report) },
    // The tests that notice mutants: the mutation summary names them, and they must be there.
    {
      name: 'unit tests of the rules',
      argv: ['node', 'node_modules/vitest/vitest.mjs', 'run', '--project=unit', 'packages/l4-spine/src', 'packages/l5-engines/src', '--reporter=default', '--reporter=json', `--outputFile.json=${CACHE}/unit.json`],
      report: vitestReport(`${CACHE}/unit.json`),
    },
    { name: 'guards', argv: ['node', 'tooling/guards/bin/hoc-guard.ts', '--json', `${CACHE}/guards.json`], report: guardRun(`${CACHE}/guards.json`) },
  ],
  live: freshInstallation,
  proofs: PROOFS,
  mutation: {
    summary: 'docs/governance/mutation.json',
    madeBy: 'pnpm mutate',
    // Said here once more, and not taken from the program that measures: what it is held to must not change with it.
    groups: {
      kernel: { threshold: 90, files: ['packages/l4-spine/src/kernel/*.ts'], except: TESTS, tests: ['packages/l4-spine/src/kernel/*.test.ts'] },
      invariants: {
        threshold: 100,
        files: ['packages/l4-spine/src/domains/**/invariants.ts'],
        tests: ['packages/l4-spine/src/catalogue.test.ts', 'packages/l4-spine/src/domains/**/*.test.ts'],
      },
      decisions: { threshold: 90, files: ['packages/l5-engines/src/**/*.ts'], except: [...TESTS, ...REACHES_OUT], tests: ['packages/l5-engines/src/**/*.test.ts'] },
    },
    planted: [
      'packages/l4-spine/src/catalogue.ts',
      'packages/l4-spine/src/catalogue.test.ts',
      'packages/l4-spine/src/domains/**/invariants.ts',
      'packages/l4-spine/src/domains/**/*.test.ts',
      'packages/l4-spine/test/t5/*.ts',
    ],
  },
  tools: ['@hoc/guards', 'dependency-cruiser', 'typescript', 'vitest'],
  configuration: ['.dependency-cruiser.cjs', 'governance.config.ts', 'guards.config.ts', 'package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml', 'vitest.config.ts'],
  rollback: [
    'An invariant that refuses what it should not can be put into MONITOR, with an owner, a reason and an expiry (`governance.write` `set_mode`); STRICT returns by itself. Its anchors are never taken away.',
  ],
});

export default config;

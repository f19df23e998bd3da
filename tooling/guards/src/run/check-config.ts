import { anything, count, day, fields, func, glob, listOf, oneOf, text, type Expect } from './expected.ts';
import type { BoundariesConfig } from '../boundaries/boundaries-config.ts';
import type { DefinitionsConfig, DispatchConfig, EnginesConfig, OperationsConfig, OwnershipConfig } from '../ownership/ownership-config.ts';
import type { HygieneConfig, Pure } from '../hygiene/hygiene-config.ts';
import type { CoverageConfig } from '../coverage/coverage-config.ts';
import type { ProofSet } from '../coverage/proof-set.ts';
import type { TenantSettings } from '../transactions/control-statements.ts';
import { PERMITTED } from '../transactions/transactions-config.ts';
import type { Allowance, ControlOwner, Foreign, SqlPlaces, TransactionsConfig, TypeOwner, WriteFactory } from '../transactions/transactions-config.ts';
import type { FileSelection } from '../core/source-tree.ts';
import type { Exemption } from '../exemptions/exemption.ts';
import { CannotRunError } from './cannot-run.ts';
import type { GuardsConfig } from './config.ts';

/** One expectation per key: a key that a type gains and this table lacks does not compile. */
type Table<Shape> = Readonly<Record<keyof Shape, Expect>>;

const EXEMPTION: Table<Exemption> = {
  // What an exemption means is judged where it stands, with the findings: it must be told there, not here.
  path: glob, rule: text, finding: text, times: count, reason: anything, expires: day,
};

const BOUNDARIES: Table<BoundariesConfig> = {
  rules: text, folders: listOf(text, 1), sources: listOf(glob, 1), packages: listOf(glob, 1), plants: listOf(anything, 1), planted: anything, idle: anything,
};

const DEFINITIONS: Table<DefinitionsConfig> = { files: listOf(glob, 1), except: listOf(glob), factories: listOf(fields({ module: text, name: text, calls: count }, ['module', 'name']), 1), key: text };

const OWNERSHIP: Table<OwnershipConfig> = {
  live: func,
  operations: fields({ ...DEFINITIONS, folder: text, domainOf: func } satisfies Table<OperationsConfig>, ['files', 'factories', 'key', 'folder']),
  engines: fields({
    owned: listOf(text, 1), callers: listOf(text, 1), shared: listOf(text), common: listOf(glob),
    mayUse: listOf(fields({ domain: text, uses: listOf(glob, 1), reason: text }, ['domain', 'uses', 'reason'])),
  } satisfies Table<EnginesConfig>, ['owned', 'callers']),
  dispatch: fields({ files: listOf(glob, 1), except: listOf(glob), folder: text, address: text, method: text, calls: listOf(text, 1), outside: listOf(glob) } satisfies Table<DispatchConfig>, ['files', 'folder', 'address', 'method', 'calls']),
};

const TRANSACTIONS: Table<TransactionsConfig> = {
  files: listOf(glob, 1), exclude: listOf(glob), control: listOf(text, 1), signatures: listOf(glob), within: listOf(glob), own: listOf(glob),
  owners: listOf(fields({ module: text, exports: listOf(text, 1), importers: listOf(glob) } satisfies Table<ControlOwner>, ['module', 'exports', 'importers'])),
  allowed: listOf(fields({ path: glob, may: listOf(oneOf(PERMITTED), 1), why: text } satisfies Table<Allowance>, ['path', 'may', 'why'])),
  tenant: fields({ settings: listOf(text), functions: listOf(text) } satisfies Table<TenantSettings>, ['settings', 'functions']),
  sql: fields({ calls: listOf(text), told: listOf(text), keys: listOf(text), tags: listOf(text) } satisfies Table<SqlPlaces>, ['calls', 'keys', 'tags']),
  types: listOf(fields({ module: text, names: listOf(text, 1) } satisfies Table<TypeOwner>, ['module', 'names'])),
  writes: listOf(fields({ module: text, factory: text, inside: listOf(text, 1) } satisfies Table<WriteFactory>, ['module', 'factory', 'inside'])),
  foreign: fields({ globals: listOf(text), modules: listOf(fields({ name: text, except: listOf(text), only: listOf(text) }, ['name'])) } satisfies Table<Foreign>, ['globals', 'modules']),
};

const HYGIENE: Table<HygieneConfig> = {
  files: listOf(glob, 1), entryPoints: listOf(glob), environment: listOf(text), sideEffects: listOf(text), publicEntries: listOf(glob), defaultExports: listOf(glob),
  pure: fields({ modules: listOf(text), exports: listOf(text) } satisfies Table<Pure>, ['modules']),
  cycles: fields({ countTypes: anything }, ['countTypes']),
};

const COVERAGE: Table<CoverageConfig> = {
  live: func,
  invariants: fields(DEFINITIONS, ['files', 'factories', 'key']),
  proofs: fields({ report: text, files: listOf(glob, 1), sources: listOf(glob, 1), except: listOf(glob), command: listOf(text, 1) } satisfies Table<ProofSet>, ['report', 'files', 'sources', 'command']),
};

const CONFIG: Table<GuardsConfig> = {
  files: fields({ include: listOf(glob, 1), exclude: listOf(glob), loaders: listOf(glob) } satisfies Table<FileSelection>, ['include']),
  layers: listOf(fields({ name: text, path: glob }, ['name', 'path']), 1),
  boundaries: fields(BOUNDARIES, ['rules', 'folders', 'sources', 'packages', 'plants', 'planted']),
  ownership: fields(OWNERSHIP, ['live', 'operations']),
  transactions: fields(TRANSACTIONS, ['files', 'control', 'owners', 'allowed', 'tenant', 'sql', 'types', 'signatures', 'writes', 'foreign']),
  hygiene: fields(HYGIENE, ['files', 'entryPoints', 'environment', 'pure', 'publicEntries', 'defaultExports', 'cycles']),
  coverage: fields(COVERAGE, ['live', 'invariants', 'proofs']),
  exemptions: listOf(fields(EXEMPTION, ['path', 'rule', 'finding', 'expires'])),
};

/**
 * Checks that a value has the shape of a configuration.
 * @param name the file that it comes from
 * @throws {CannotRunError} that says what is wrong, and what to write instead
 */
export function checkConfig(value: unknown, name: string): GuardsConfig {
  if (value === undefined) throw new CannotRunError(`${name} has no default export`, 'Write `export default defineGuards({ … })`.');
  const fault = fields(CONFIG, ['files'])(value, 'the configuration');
  if (fault !== undefined) throw new CannotRunError(`${name}: ${fault}`, 'Correct that line; the README of @hoc/guards shows a whole configuration.');
  // The shape has just been checked; what the guards' own parts hold is checked by the guards.
  return value as GuardsConfig;
}

import type { Guard } from '../core/guard.ts';
import { judgeCalls } from './judge-calls.ts';
import { judgeImports } from './judge-imports.ts';
import { judgeDefining, judgeIo } from './judge-io.ts';
import { judgeTexts } from './judge-texts.ts';
import { judgeTypes, transactionTypes } from './judge-types.ts';
import { matching } from '../core/matching.ts';
import { Permissions } from './permissions.ts';
import { RULES } from './rules.ts';
import type { Scene } from './scene.ts';
import { seeFile, type Sight } from './see-file.ts';
import type { TransactionsConfig } from './transactions-config.ts';
import type { TransactionsFacts } from './transactions-facts.ts';

/**
 * Transactions begin and end in one place, no signature outside it speaks of them, and nothing else is waited for inside.
 * @param configPath where the configuration is, from the root: what is wrong with it is told there
 * @throws (when it judges) where an entry of the configuration matches no file: what it meant is then guarded by nobody
 */
export function transactionsGuard(config: TransactionsConfig, configPath: string = 'guards.config.ts'): Guard<TransactionsFacts> {
  const sight: Sight = {
    config,
    control: new Set(config.control),
    inside: new Set(config.writes.flatMap(({ inside }) => inside)),
    likely: likelyText(config),
    hasSignatures: matching(config.signatures),
  };
  const isJudged = matching(config.files);
  const isLeftOut = matching(config.exclude ?? []);
  return {
    name: 'transactions',
    rules: RULES,
    collect: (file) => seeFile(file, sight),
    judge: ({ workspace, facts }) => {
      const paths = workspace.paths.filter((path) => isJudged(path) && !isLeftOut(path));
      refuseBlindEntries(config, workspace.paths);
      const permissions = new Permissions(config.allowed);
      const scene: Scene = { workspace, config, paths, facts, may: (path, what) => permissions.may(path, what) };
      const judged = {
        'transactions/control-call': judgeCalls(scene, transactionTypes(scene, 'typesAbove')),
        'transactions/control-import': judgeImports(scene),
        'transactions/raw-sql': judgeTexts(scene),
        'transactions/type-in-signature': judgeTypes(scene, transactionTypes(scene, 'typesBehind')),
        'transactions/foreign-io': judgeIo(scene),
        'transactions/opaque-write': judgeDefining(scene),
      };
      const unused = permissions.unused(configPath);
      return {
        findings: [...Object.values(judged).flatMap(({ findings }) => findings), ...unused],
        // That nothing is allowed to anybody has been looked at, too.
        examined: { ...Object.fromEntries(Object.entries(judged).map(([rule, { examined }]) => [rule, examined])), 'transactions/unused-permission': Math.max(1, config.allowed.length) },
      };
    },
  };
}

/** What a text must hold, somewhere, to be control. */
function likelyText({ tenant: { settings, functions } }: TransactionsConfig): RegExp {
  const words = ['begin', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release', 'transaction', 'transaction_\\w+', 'prepared', 'set_config', 'role', 'authorization', 'reset', 'discard', ...functions, ...settings.flatMap((setting) => setting.split('.'))];
  return new RegExp(String.raw`\b(?:${words.join('|')})\b`, 'i');
}

function refuseBlindEntries({ allowed, owners, types, writes, signatures, within }: TransactionsConfig, paths: readonly string[]): void {
  const globs = [...allowed.map(({ path }) => path), ...owners.flatMap(({ importers }) => importers), ...signatures, ...(within ?? [])];
  const files = [...owners, ...types, ...writes].map(({ module }) => module).filter((module) => !module.startsWith('npm:'));
  const known = new Set(paths);
  const blind = [...files.filter((file) => !known.has(file)), ...globs.filter((glob) => !paths.some(matching([glob])))];
  if (blind.length > 0) throw new Error(`the configuration of the guard of transactions names what is not there: ${[...new Set(blind)].join(', ')}. Correct it, for nobody guards what it meant.`);
}

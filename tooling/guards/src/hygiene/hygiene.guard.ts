import type { Guard } from '../core/guard.ts';
import { matching } from '../core/matching.ts';
import type { HygieneConfig } from './hygiene-config.ts';
import type { HygieneFacts } from './hygiene-facts.ts';
import { judgeCycles } from './judge-cycles.ts';
import { judgeEffects } from './judge-effects.ts';
import { judgeEntryPoints } from './judge-entry-points.ts';
import { judgeBarrels, judgeDefaults } from './judge-exports.ts';
import { judgePermissions } from './judge-permissions.ts';
import { RULES } from './rules.ts';
import { seeHygiene } from './see-hygiene.ts';

/**
 * Importing does nothing, every name has one place and every import one direction.
 * @param configPath where the configuration is, from the root: what is wrong with it is told there
 * @throws (when it judges) where an entry of the configuration matches no file
 */
export function hygieneGuard(config: HygieneConfig, configPath: string = 'guards.config.ts'): Guard<HygieneFacts> {
  const isEntryPoint = matching(config.entryPoints);
  const isJudged = matching(config.files);
  const mayHandOn = matching(config.publicEntries);
  const mayDefault = matching(config.defaultExports);
  const environment = new Set(config.environment);
  return {
    name: 'hygiene',
    rules: RULES,
    collect: (file) => seeHygiene(file, environment, isEntryPoint(file.path)),
    judge: ({ workspace, facts }) => {
      const blind = [...config.files, ...config.entryPoints, ...config.publicEntries, ...config.defaultExports].filter((glob) => !workspace.paths.some(matching([glob])));
      if (blind.length > 0) throw new Error(`the configuration of the guard of hygiene names what is not there: ${blind.join(', ')}. Correct it, for nobody guards what it meant.`);
      const paths = workspace.paths.filter(isJudged);
      const imported = paths.filter((path) => !isEntryPoint(path));
      const internal = paths.filter((path) => !mayHandOn(path));
      const named = paths.filter((path) => !mayDefault(path));
      const cycles = judgeCycles(workspace, paths, config.cycles.countTypes);
      const defaults = judgeDefaults(workspace, facts, named);
      const effects = judgeEffects(workspace, facts, config, imported);
      const { pure, publicEntries, defaultExports, sideEffects = [] } = config;
      return {
        findings: [
          ...effects.findings, ...judgeEntryPoints(workspace, isEntryPoint, paths), ...judgeBarrels(facts, internal), ...defaults.findings, ...cycles.findings,
          ...judgePermissions(workspace, facts, config, effects.pure, configPath),
        ],
        examined: {
          'hygiene/import-effect': imported.length, 'hygiene/environment-read': imported.length, 'hygiene/internal-barrel': internal.length,
          'hygiene/default-export': defaults.examined, 'hygiene/circular-import': cycles.examined,
          'hygiene/entry-point-import': paths.length,
          // That nothing is permitted has been looked at, too.
          'hygiene/unused-permission': Math.max(1, pure.modules.length + (pure.exports ?? []).length + publicEntries.length + defaultExports.length + sideEffects.length),
        },
      };
    },
  };
}

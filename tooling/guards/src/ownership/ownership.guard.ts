import type { Guard, Judged, Judgement, Rule } from '../core/guard.ts';
import { definitionsIn } from './definitions.ts';
import { judgeDispatches } from './dispatches.ts';
import { judgeEngines } from './engines.ts';
import { farOriginsOf } from './far-origins.ts';
import { judgeHandlers, judgeMaking } from './handlers.ts';
import type { OwnershipConfig } from './ownership-config.ts';
import { ownershipReader, type OwnershipFacts } from './ownership-facts.ts';
import { judgeRegistration } from './registration.ts';
import { DISPATCH_OUTSIDE, FOREIGN_ENGINE, FORBIDDEN_PLANE, OUTSIDE_ITS_DOMAIN, REGISTERED_TWICE, SHARED_ANCHOR, UNKNOWN_DISPATCH, UNMADE_OPERATION, UNREGISTERED_HANDLER, UNUSED_PERMISSION } from './rules.ts';

/** Who owns an operation: its address, its handler, its anchor, the engines that it calls, and who may dispatch it. */
export function ownershipGuard(config: OwnershipConfig): Guard<OwnershipFacts> {
  const { operations, engines, dispatch } = config;
  return { name: 'ownership', rules: rulesOf(config), collect: ownershipReader(config), judge };

  async function judge({ workspace, facts }: Judged<OwnershipFacts>): Promise<Judgement> {
    const live = await config.live();
    const origins = farOriginsOf(workspace, (path) => (workspace.has(path) ? (facts(path).bindings ?? []) : []));
    const definitions = definitionsIn(workspace, operations, origins, (path) => facts(path).definitions ?? []);
    const engine = engines === undefined ? NOTHING : judgeEngines(workspace, engines, origins, (path) => facts(path).uses ?? []);
    const dispatched = dispatch === undefined ? NOTHING : judgeDispatches(workspace, live, dispatch, origins, (path) => (workspace.has(path) ? facts(path).dispatch : undefined));
    return {
      findings: [...judgeRegistration(live.operations, operations), ...judgeHandlers(definitions, live.operations), ...judgeMaking(definitions, live.operations), ...engine.findings, ...dispatched.findings],
      examined: {
        [REGISTERED_TWICE.id]: live.operations.length,
        [OUTSIDE_ITS_DOMAIN.id]: live.operations.length,
        [SHARED_ANCHOR.id]: live.operations.filter(({ anchor }) => anchor !== null).length,
        [UNREGISTERED_HANDLER.id]: definitions.length,
        [UNMADE_OPERATION.id]: live.operations.length,
        [FOREIGN_ENGINE.id]: engine.examined,
        [UNUSED_PERMISSION.id]: engines?.mayUse?.length ?? 0,
        [UNKNOWN_DISPATCH.id]: dispatched.examined,
        [DISPATCH_OUTSIDE.id]: dispatched.examined,
        [FORBIDDEN_PLANE.id]: dispatched.examined,
      },
    };
  }
}

const NOTHING = { findings: [], examined: 0 };

/** A rule of which nothing is said in the configuration is not there. */
const rulesOf = ({ engines, dispatch }: OwnershipConfig): readonly Rule[] => [
  REGISTERED_TWICE, OUTSIDE_ITS_DOMAIN, UNREGISTERED_HANDLER, UNMADE_OPERATION, SHARED_ANCHOR,
  ...(engines === undefined ? [] : [FOREIGN_ENGINE]),
  ...((engines?.mayUse ?? []).length === 0 ? [] : [UNUSED_PERMISSION]),
  ...(dispatch === undefined ? [] : [UNKNOWN_DISPATCH, DISPATCH_OUTSIDE, FORBIDDEN_PLANE]),
];

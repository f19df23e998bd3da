import type { Finding } from '../core/finding.ts';
import { foldParts } from './fold-parts.ts';
import type { Judged, Scene } from './scene.ts';

/** Members that control a transaction, by whatever way they are taken. */
export function judgeCalls(scene: Scene, isType: (path: string, chain: readonly [string, ...string[]]) => boolean): Judged {
  const { workspace, config, paths, facts, may } = scene;
  const control = new Set(config.control);
  const findings: Finding[] = [];
  let examined = 0;
  for (const path of paths) {
    const { accesses, opaque } = facts(path);
    for (const { member, of, line, column } of accesses) {
      const name = foldParts(scene, path, member);
      if (name === undefined || !control.has(name)) continue;
      examined += 1;
      if ((of !== null && isOwnFunction(scene, path, [...of, name])) || may(path, 'control-call')) continue;
      findings.push({ rule: 'transactions/control-call', path, line, column, message: `takes '${name}'${of === null ? '' : ` of ${of.join('.')}`}, which begins or ends a transaction` });
    }
    for (const { how, types, line, column } of opaque) {
      const type = types.find((chain) => isType(path, chain));
      if (type === undefined) continue;
      examined += 1;
      if (!may(path, 'control-call')) findings.push({ rule: 'transactions/control-call', path, line, column, message: `takes ${how} of a ${type.at(-1) ?? 'transaction'}: what it takes can begin or end one` });
    }
  }
  return { findings, examined: examined + (workspace.paths.length > 0 ? paths.length : 0) };
}

/** Whether a chain ends in a function of the tree that only happens to be called so: what it does is judged where it stands. */
function isOwnFunction({ workspace, facts, config }: Scene, path: string, chain: readonly [string, ...string[]]): boolean {
  const origins = workspace.symbols.originsOf(path, chain);
  return origins.length > 0 && origins.every(({ module, name, rest }) => {
    if (!workspace.has(module) || config.owners.some((owner) => owner.module === module && owner.exports.includes(name))) return false;
    const { units } = facts(module);
    if (rest.length === 0) return module !== path && Object.hasOwn(units, name);
    return rest.length === 1 && Object.hasOwn(units, `${name}.${rest[0] ?? ''}`);
  });
}

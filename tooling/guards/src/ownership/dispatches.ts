import type { Finding } from '../core/finding.ts';
import { matching } from '../core/matching.ts';
import type { Workspace } from '../core/workspace.ts';
import type { AddressPart, DispatchFact, DispatchFacts } from './dispatch-facts.ts';
import type { FarOrigins } from './far-origins.ts';
import type { LiveOperation, LiveRegistry, LiveRoute } from './live-registry.ts';
import { namedFolder } from './named-folder.ts';
import type { DispatchConfig } from './ownership-config.ts';
import { placeOf } from './place-of.ts';
import { nameOf } from './registration.ts';
import { DISPATCH_OUTSIDE, FORBIDDEN_PLANE, UNKNOWN_DISPATCH } from './rules.ts';

/** What is dispatched that does not exist, or that the plane may not use: by the live routes, and by what files write down. */
export function judgeDispatches(
  workspace: Workspace,
  { operations, routes }: LiveRegistry,
  { folder, outside = [] }: DispatchConfig,
  origins: FarOrigins,
  factsOf: (path: string) => DispatchFacts | undefined,
): { readonly findings: readonly Finding[]; readonly examined: number } {
  const planes = new Set([...routes.map(({ plane }) => plane), ...operations.flatMap((operation) => operation.planes)]);
  const { nameFor } = namedFolder(folder);
  const mayDispatch = matching(outside);
  const planeOf = (path: string): string | null => {
    const plane = nameFor(path);
    return plane !== undefined && planes.has(plane) ? plane : null;
  };
  const textOf = (path: string, part: AddressPart, index: number): string | null =>
    part.text ?? constantOf(origins, factsOf, path, part, index);

  const written = workspace.paths.flatMap((path) =>
    (factsOf(path)?.dispatches ?? []).flatMap((fact) => {
      const plane = planeOf(path);
      if (fact.isCall && plane === null && !mayDispatch(path)) {
        return [{ rule: DISPATCH_OUTSIDE.id, path, line: fact.line, column: fact.column, message: `${fact.address.text ?? 'an operation'} is dispatched here, outside the folders of all planes` }];
      }
      const fault = faultOf(operations, asked(fact, (part, index) => textOf(path, part, index)), plane, fact.isCall);
      return fault === null ? [] : [{ ...fault, path, line: fact.line, column: fact.column }];
    }));
  const routed = routes.flatMap((route) =>
    route.dispatches.flatMap(([address, method]) => {
      const fault = faultOf(operations, { address, method }, route.plane, true);
      return fault === null ? [] : [{ ...fault, message: `${route.method} ${route.path}: ${fault.message}`, ...placeOfRoute(workspace, factsOf, planeOf, route) }];
    }));
  return { findings: withoutEchoes(routed, written), examined: routes.length + workspace.paths.flatMap((path) => factsOf(path)?.dispatches ?? []).length };
}

interface Asked {
  readonly address: string | null;
  /** Undefined: none is named. */
  readonly method: string | null | undefined;
}

function asked({ address, method }: DispatchFact, textOf: (part: AddressPart, index: number) => string | null): Asked {
  // A name for a whole tuple holds the method too.
  const tuple = method === null && address.text === null ? textOf(address, 1) : null;
  return { address: textOf(address, 0), method: method === null ? (tuple ?? undefined) : textOf(method, 0) };
}

/** What is wrong with a dispatch; null where nothing is. @param plane null: of a file that serves every plane */
function faultOf(operations: readonly LiveOperation[], { address, method }: Asked, plane: string | null, isCall: boolean): Pick<Finding, 'rule' | 'message'> | null {
  if (address === null) return isCall && plane !== null ? { rule: UNKNOWN_DISPATCH.id, message: 'an operation is dispatched here whose address is not written down' } : null;
  const own = operations.filter((operation) => operation.address === address);
  if (own.length === 0) return { rule: UNKNOWN_DISPATCH.id, message: `there is no operation ${address}${typeof method === 'string' ? ` ${method}` : ''}` };
  if (method === null && isCall && plane !== null) return { rule: UNKNOWN_DISPATCH.id, message: `a method of ${address} is dispatched here that is not written down` };
  const meant = typeof method === 'string' ? own.filter((operation) => operation.method === method) : own;
  if (meant.length === 0) return { rule: UNKNOWN_DISPATCH.id, message: `there is no operation ${address} ${method ?? ''}` };
  if (plane === null || meant.some(({ planes }) => planes.includes(plane))) return null;
  const [first] = meant;
  return { rule: FORBIDDEN_PLANE.id, message: `${first === undefined || typeof method !== 'string' ? address : nameOf(first)} is not for the plane ${plane}` };
}

/** A constant of another file: a text, or one of the texts of a tuple. */
function constantOf(origins: FarOrigins, factsOf: (path: string) => DispatchFacts | undefined, path: string, { of }: AddressPart, index: number): string | null {
  for (const { module, name, rest } of of.flatMap((chain) => origins(path, chain))) {
    const constant = factsOf(module)?.constants.find((candidate) => candidate.name === name && candidate.path.every((key, at) => rest[at] === key));
    const element = rest[constant?.path.length ?? 0];
    const found = constant?.texts[element === undefined ? index : Number(element)];
    if (found !== undefined && found !== null) return found;
  }
  return null;
}

/** The row of the route in its plane's tables, where one names its path and its method; else where the registry says it is. */
function placeOfRoute(workspace: Workspace, factsOf: (path: string) => DispatchFacts | undefined, planeOf: (path: string) => string | null, { plane, path: url, method, place }: LiveRoute): Pick<Finding, 'path' | 'line' | 'column'> {
  for (const path of workspace.paths) {
    const row = planeOf(path) === plane ? factsOf(path)?.rows.find(({ texts }) => texts.includes(url) && texts.includes(method)) : undefined;
    if (row !== undefined) return { path, line: row.line, column: row.column };
  }
  return { ...placeOf(place), column: 1 };
}

/** A route's address stands in its table too, where the syntax has found it: it is said once, by the route. */
function withoutEchoes(routed: readonly Finding[], written: readonly Finding[]): readonly Finding[] {
  return [...routed, ...written.filter(({ rule, path, message }) => !routed.some((route) => route.rule === rule && route.path === path && route.message.endsWith(`: ${message}`)))];
}

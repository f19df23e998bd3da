import type { LiveOperation, LiveRegistry } from '@hoc/guards/ownership/live-registry';
import type { Domain } from '../config.ts';

/** One line of a plan's table: an anchor, and the address that dispatches it, is planned to, or does not. */
export interface AnchorLine {
  readonly anchor: string | null;
  /** `address method`; null: nothing carries the anchor. */
  readonly dispatched: string | null;
  readonly standing: 'registered' | 'planned' | 'missing';
  readonly kind: string;
  readonly routes: readonly string[];
  readonly invariants: readonly string[];
  readonly alias: string;
}

/** The operations of a domain: those at its addresses, and those that carry an anchor which its invariants guard. */
export const operationsOf = (domain: Domain, { operations }: LiveRegistry): readonly LiveOperation[] => {
  const anchors = new Set(Object.values(domain.invariants).flatMap((invariant) => invariant.anchors));
  return operations.filter(({ address, anchor }) => domain.addresses.some((pattern) => matches(pattern, address)) || (anchor !== null && anchors.has(anchor)));
};

/**
 * Anchors against dispatch addresses: what is registered, then what is planned and not registered, then anchors that are declared and
 * that nothing carries. Sorted within each by anchor and address.
 */
export function anchorLines(domain: Domain, registry: LiveRegistry): readonly AnchorLine[] {
  const registered = operationsOf(domain, registry).map((operation): AnchorLine => ({
    anchor: operation.anchor, dispatched: `${operation.address} ${operation.method}`, standing: 'registered', kind: operation.kind,
    routes: routesTo(operation, registry), invariants: operation.invariants.toSorted(), alias: aliasOf(operation.anchor, operation.method),
  }));
  const there = new Set(registered.map(({ dispatched }) => dispatched));
  const planned = (domain.planned ?? [])
    .filter(({ address, method }) => !there.has(`${address} ${method}`))
    .map(({ address, method, anchor }): AnchorLine => ({
      anchor, dispatched: `${address} ${method}`, standing: 'planned', kind: '–', routes: [], invariants: guarding(domain, anchor), alias: aliasOf(anchor, method),
    }));
  const carried = new Set([...registered, ...planned].map(({ anchor }) => anchor));
  const missing = [...new Set(Object.values(domain.invariants).flatMap(({ anchors }) => anchors))]
    .filter((anchor) => !carried.has(anchor))
    .map((anchor): AnchorLine => ({
      anchor, dispatched: null, standing: 'missing', kind: '–', routes: [], invariants: guarding(domain, anchor), alias: 'needed, or an operation: no address carries this anchor',
    }));
  return [...registered.toSorted(byName), ...planned.toSorted(byName), ...missing.toSorted(byName)];
}

/** An anchor sits on the method, so dispatch needs no alias; a reader may want to know that the names differ. */
function aliasOf(anchor: string | null, method: string): string {
  if (anchor === null) return 'not needed: it has no anchor';
  // `create_project` says what `project.create` says.
  const isSameName = anchor.split('.').at(-1) === method || wordsOf(anchor) === wordsOf(method);
  return isSameName ? 'not needed' : `not needed: the operation carries the anchor under another name (\`${method}\`)`;
}

const wordsOf = (name: string): string => name.split(/[._]/).toSorted().join(' ');

const matches = (pattern: string, address: string): boolean => (pattern.endsWith('*') ? address.startsWith(pattern.slice(0, -1)) : pattern === address);

const guarding = ({ invariants }: Domain, anchor: string | null): readonly string[] =>
  Object.entries(invariants).filter(([, { anchors }]) => anchor !== null && anchors.includes(anchor)).map(([id]) => id).toSorted();

const routesTo = ({ address, method }: LiveOperation, { routes }: LiveRegistry): readonly string[] =>
  routes.filter(({ dispatches }) => dispatches.some((dispatched) => dispatched[0] === address && dispatched[1] === method))
    .map((route) => `${route.plane} ${route.method} ${route.path}`).toSorted();

const byName = (a: AnchorLine, b: AnchorLine): number => (`${a.anchor ?? '~'} ${a.dispatched}` < `${b.anchor ?? '~'} ${b.dispatched}` ? -1 : 1);

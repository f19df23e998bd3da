import type { Finding } from '../core/finding.ts';
import type { LiveOperation } from './live-registry.ts';
import { namedFolder } from './named-folder.ts';
import { domainOfAddress, type OperationsConfig } from './ownership-config.ts';
import { placeOf } from './place-of.ts';
import { OUTSIDE_ITS_DOMAIN, REGISTERED_TWICE, SHARED_ANCHOR } from './rules.ts';

/** What is wrong with where operations are registered, by the live registry alone. */
export function judgeRegistration(operations: readonly LiveOperation[], { folder, domainOf = domainOfAddress }: OperationsConfig): readonly Finding[] {
  return [...twice(operations), ...outside(operations, folder, domainOf), ...shared(operations, domainOf)];
}

function twice(operations: readonly LiveOperation[]): readonly Finding[] {
  return [...Map.groupBy(operations, nameOf)].flatMap(([name, [first, ...others]]) =>
    others.map((operation) => findingAt(operation, REGISTERED_TWICE.id, first === undefined || first.place === operation.place
      ? `${name} stands twice in the list of operations`
      : `${name} is registered already, from ${placeOf(first.place).path}`)));
}

function outside(operations: readonly LiveOperation[], pattern: string, domainOf: (address: string) => string): readonly Finding[] {
  const folder = namedFolder(pattern);
  return operations.flatMap((operation) => {
    const domain = domainOf(operation.address);
    return folder.nameFor(placeOf(operation.place).path) === domain
      ? []
      : [findingAt(operation, OUTSIDE_ITS_DOMAIN.id, `${nameOf(operation)} is defined outside ${pattern.replace(/\{[a-z]+\}/, domain)}`)];
  });
}

function shared(operations: readonly LiveOperation[], domainOf: (address: string) => string): readonly Finding[] {
  const anchored = operations.flatMap((operation) => (operation.anchor === null ? [] : [{ operation, anchor: operation.anchor, domain: domainOf(operation.address) }]));
  return [...Map.groupBy(anchored, ({ anchor }) => anchor).values()].flatMap(([first, ...others]) =>
    others
      .filter(({ domain }) => domain !== first?.domain)
      .map(({ operation, anchor }) => findingAt(operation, SHARED_ANCHOR.id, `${nameOf(operation)} has the anchor ${anchor}, which belongs to the domain ${first?.domain ?? ''}`)));
}

/** How an operation is called in messages. */
export const nameOf = ({ address, method }: Pick<LiveOperation, 'address' | 'method'>): string => `${address} ${method}`;

const findingAt = ({ place }: LiveOperation, rule: string, message: string): Finding => ({ rule, ...placeOf(place), column: 1, message });

import { isDeepStrictEqual } from 'node:util';
import type { GovernanceConfig } from '../config.ts';
import type { Statement } from '../evidence/statement.ts';
import { commandsOf } from '../run/run-domains.ts';
import type { Finding } from './finding.ts';

/** Holds the newest evidence of each domain against what the configuration asks of that domain now: a configuration that asks for less is no quieter. Pure. */
export function configurationFindings(newest: ReadonlyMap<string, { readonly statement: Statement }>, { domains, commands, configuration }: Pick<GovernanceConfig, 'domains' | 'commands' | 'configuration'>): readonly Finding[] {
  return [...newest].flatMap(([name, { statement }]) => {
    const domain = Object.hasOwn(domains, name) ? domains[name] : undefined;
    const { facts, suite, closedAt } = statement.predicate.hocGovernance;
    // A domain that is not there any more, and one that is left out or was, are told of elsewhere.
    if (domain === undefined || facts.skip !== (domain.skip ?? null)) return [];
    const recorded = new Map(facts.invariants.map(({ id, declared }) => [id, declared]));
    const wanted = new Map(Object.entries(domain.invariants));
    const asked = commandsOf(domain, commands).map(({ name: called, argv }) => [called, argv]);
    const faults = [
      ...[...wanted.keys()].filter((id) => !recorded.has(id)).map((id) => `${id} is declared, and the evidence does not know it`),
      ...[...recorded.keys()].filter((id) => !wanted.has(id)).map((id) => `${id} is in the evidence, and is not declared any more`),
      ...[...wanted].flatMap(([id, { anchors, kind }]) => {
        const declared = recorded.get(id);
        return declared === undefined || isDeepStrictEqual({ anchors: anchors.toSorted(), kind }, declared) ? [] : [`${id} is declared with another kind or other anchors than the evidence has`];
      }),
      ...(facts.skip !== null || isDeepStrictEqual(asked, facts.commands.map(({ name: called, argv }) => [called, argv])) ? [] : ['its commands are not the ones that the configuration has now']),
      ...(facts.skip !== null || suite === (domain.suite?.name ?? null) ? [] : [`its own suite is ${domain.suite?.name ?? 'none'}, and the evidence says ${suite ?? 'none'}`]),
      ...(isDeepStrictEqual(configuration.toSorted(), statement.predicate.configuration.map((file) => file.name)) ? [] : ['the evidence has digests of other files than `configuration` names']),
    ];
    return faults.map((fault) => ({
      what: `${name}: ${fault} (closed at ${closedAt}).`,
      remedy: `If the configuration is right as it is, close ${name} again; else bring back what it had.`,
    }));
  });
}

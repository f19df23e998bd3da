import type { Domain } from '../config.ts';
import { Refusal } from '../refusal.ts';
import type { Surroundings } from '../surroundings.ts';

/**
 * The domains of these names.
 * @throws Refusal where one is unknown, or has nothing yet that could be run
 */
export function closable(names: readonly string[], { config }: Pick<Surroundings, 'config'>): ReadonlyMap<string, Domain> {
  return new Map(
    names.map((name) => {
      const domain = domainNamed(name, config.domains);
      if (domain.suite === null && domain.skip === undefined) {
        throw new Refusal(`The domain ${name} has no suite of runtime proofs yet: it is PENDING.`, `Build it (\`plan ${name}\` says what is missing), then give it its \`suite\` in the configuration.`, 2);
      }
      return [name, domain];
    }),
  );
}

/** @throws Refusal, which names those that there are, where there is none of this name */
export function domainNamed(name: string, domains: Readonly<Record<string, Domain>>): Domain {
  const domain = Object.hasOwn(domains, name) ? domains[name] : undefined;
  if (domain === undefined) throw new Refusal(`There is no domain ${name}.`, `Known are ${Object.keys(domains).join(', ')}; others are declared in the configuration.`, 2);
  return domain;
}

import type { Domain } from '../config.ts';
import type { Newest } from '../tracker/rows.ts';
import type { Finding } from './finding.ts';

/** A reason to leave a domain out is recorded by closing it, as everything is. Pure. */
export const skipFindings = (newest: ReadonlyMap<string, Newest>, domains: Readonly<Record<string, Domain>>): readonly Finding[] =>
  [...newest].flatMap(([name, { closing }]) => {
    const skip = (Object.hasOwn(domains, name) ? domains[name]?.skip : undefined) ?? null;
    if (skip === closing.facts.skip) return [];
    return [{
      what: `The configuration ${skip === null ? 'no longer leaves' : 'leaves'} ${name} out, and its newest evidence says ${closing.status}.`,
      remedy: `Close ${name}: that records what the configuration says.`,
    }];
  });

import { linearRegExp } from './linear-regexp.ts';

type Part = Readonly<Record<string, unknown>>;

/** The patterns that a member of a schema states, if it does. */
export const patternsOf = (keyword: string, value: unknown): readonly string[] => {
  if (keyword === 'pattern' && typeof value === 'string') return [value];
  return keyword === 'patternProperties' && typeof value === 'object' && value !== null ? Object.keys(value) : [];
};

/**
 * What it takes to judge by a schema, as though every reference had what it refers to written in its place: its parts, and the
 * instructions of its patterns. Null where a part refers to itself, which has no end. References are JSON Pointers into the schema; one
 * that leads nowhere costs nothing, and keeps the schema from being compiled. Throws where a pattern is none.
 */
export const schemaCost = (schema: Part): number | null => {
  const known = new Map<object, number>();
  const under = new Set<object>();
  const costOf = (part: unknown): number | null => {
    if (typeof part !== 'object' || part === null) return 0;
    if (under.has(part)) return null;
    const before = known.get(part);
    if (before !== undefined) return before;
    under.add(part);
    let cost = 1;
    for (const [keyword, value] of Object.entries(part)) {
      const below = costOf(keyword === '$ref' ? partAt(schema, value) : value);
      if (below === null) return null;
      cost += below + patternsOf(keyword, value).reduce((sum, pattern) => sum + linearRegExp(pattern).size, 0);
    }
    under.delete(part);
    known.set(part, cost);
    return cost;
  };
  return costOf(schema);
};

/** RFC 6901, section 6: a pointer as the fragment of a URI. Throws where it is none. */
function partAt(schema: Part, reference: unknown): unknown {
  if (typeof reference !== 'string') return undefined;
  let part: unknown = schema;
  for (const token of decodeURIComponent(reference).split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    // `as`: what is no object has no member of its own, or one character, which costs nothing.
    if (part === null || !Object.hasOwn(part as Part, name)) return undefined;
    part = (part as Part)[name];
  }
  return part;
}

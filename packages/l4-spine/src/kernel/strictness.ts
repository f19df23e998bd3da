import type { z } from 'zod';

/**
 * The places in a schema (JSON Pointers into the input; `*` for any index or key) where an object lets keys through, or
 * drops keys, that it does not name. Empty when unknown keys are refused everywhere that the schema describes.
 * A schema that stands in several places is named once.
 */
export function placesOfLenientObjects(schema: z.ZodType): readonly string[] {
  const places: string[] = [];
  const met = new Set<unknown>();
  const waiting: { readonly schema: unknown; readonly place: string }[] = [{ schema, place: '' }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    // A schema that refers to itself is looked at once.
    if (met.has(next.schema)) continue;
    met.add(next.schema);
    const { place } = next;
    const definition = definitionOf(next.schema);
    if (definition.type === 'object' && definitionOf(definition.catchall).type !== 'never') places.push(place);
    for (const [part, schema] of partsOf(definition)) waiting.push({ schema, place: place + part });
  }
  return places.toSorted();
}

/** What zod 4 says of a schema: its type, and the schemas that it is made of. */
interface Definition {
  readonly type?: string;
  readonly shape?: Readonly<Record<string, unknown>>;
  readonly catchall?: unknown;
  readonly element?: unknown;
  readonly items?: readonly unknown[];
  readonly rest?: unknown;
  readonly options?: readonly unknown[];
  readonly left?: unknown;
  readonly right?: unknown;
  readonly valueType?: unknown;
  readonly innerType?: unknown;
  readonly in?: unknown;
  readonly out?: unknown;
  getter?(): unknown;
}

function definitionOf(schema: unknown): Definition {
  // Every zod 4 schema has a `def`; its fields differ by type, so each is optional here. A part that is not there has none.
  return (schema as { readonly def?: Definition } | undefined)?.def ?? {};
}

function partsOf(definition: Definition): readonly (readonly [place: string, schema: unknown])[] {
  const { shape = {}, element, items = [], rest, options = [], left, right, valueType, innerType } = definition;
  return [
    ...Object.entries(shape).map(([key, schema]) => [`/${key}`, schema] as const),
    ...[element, rest, valueType].map((schema) => ['/*', schema] as const),
    ...items.map((schema, index) => [`/${index}`, schema] as const),
    ...[...options, left, right, innerType, definition.in, definition.out, definition.getter?.()].map((schema) => ['', schema] as const),
  ];
}

import type { z } from 'zod';
import { inputSchemaOf, outputSchemaOf, type JsonSchema } from './json-schema.ts';

/** The named schemas of one OpenAPI document, as they come together. */
export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /** Adds the schema of what a caller sends under this name, and answers a reference to it. */
  addInput(name: string, schema: z.ZodType): JsonSchema {
    return this.#add(name, inputSchemaOf(schema));
  }

  /** Adds the schema of what a caller gets under this name, and answers a reference to it. */
  addOutput(name: string, schema: z.ZodType): JsonSchema {
    return this.#add(name, outputSchemaOf(schema));
  }

  /** Adds a ready schema; its own definitions become components beside it, named after it. */
  #add(name: string, { $defs, ...schema }: JsonSchema): JsonSchema {
    // A `$ref` of zod's points into the schema that it was made for; in a document, components are where things are.
    const renamed = (reference: string): string =>
      reference === '#' ? refTo(name) : reference.replace(/^#\/\$defs\/(.*)$/, (_, local: string) => refTo(definitionName(name, local)));
    this.#put(name, withReferences(schema, renamed));
    // Under `$defs` stand schemas by name.
    for (const [local, definition] of Object.entries(($defs ?? {}) as Readonly<Record<string, JsonSchema>>)) {
      const { id: _, ...rest } = definition;
      this.#put(definitionName(name, local), withReferences(rest, renamed));
    }
    return { $ref: refTo(name) };
  }

  #put(name: string, schema: JsonSchema): void {
    const known = this.#schemas.get(name);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(schema)) throw new Error(`two different schemas want to be the component ${name}`);
    this.#schemas.set(name, schema);
  }

  get(name: string): JsonSchema | undefined {
    return this.#schemas.get(name);
  }

  /** All of them, by name, in the order of their names. */
  all(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Those that this part of a document refers to, itself or through one another, in the order of their names. */
  reachableFrom(part: unknown): Readonly<Record<string, JsonSchema>> {
    const reached = new Set<string>();
    const parts = [part];
    for (const next of parts) {
      for (const [, name = ''] of JSON.stringify(next).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
        const schema = this.#schemas.get(name);
        if (schema === undefined || reached.has(name)) continue;
        reached.add(name);
        parts.push(schema);
      }
    }
    return Object.fromEntries(Object.entries(this.all()).filter(([name]) => reached.has(name)));
  }
}

const refTo = (name: string): string => `#/components/schemas/${name}`;

const definitionName = (owner: string, local: string): string => `${owner}_${local.replaceAll(/^_+/g, '')}`;

function withReferences(schema: JsonSchema, renamed: (reference: string) => string): JsonSchema {
  return JSON.parse(JSON.stringify(schema), (key, value: unknown) => (key === '$ref' && typeof value === 'string' ? renamed(value) : value)) as JsonSchema;
}

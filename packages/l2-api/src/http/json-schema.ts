import { z } from 'zod';

/** JSON Schema, as much of it as is read here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

type Target = 'draft-2020-12' | 'draft-7';

/** What a caller may send. */
export const inputSchemaOf = (schema: z.ZodType, target: Target = 'draft-2020-12'): JsonSchema => convert(schema, 'input', target);

/** What a caller gets. Unknown fields are not part of it. */
export const outputSchemaOf = (schema: z.ZodType, target: Target = 'draft-2020-12'): JsonSchema => convert(schema, 'output', target);

function convert(schema: z.ZodType, io: 'input' | 'output', target: Target): JsonSchema {
  const { $schema: _, '~standard': __, ...rest } = z.toJSONSchema(schema, {
    io, target, unrepresentable: 'any', cycles: 'ref', reused: 'inline',
    override: ({ zodSchema, jsonSchema }) => {
      // An instant is written as ISO 8601; zod has no JSON Schema of its own for a Date.
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  // Zod types its answer more loosely than JSON Schema is.
  return rest as JsonSchema;
}

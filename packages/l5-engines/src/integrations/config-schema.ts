import { Ajv2020, type ErrorObject, type Options, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FieldProblem } from '../rejection.ts';
import { linearRegExp } from './linear-regexp.ts';
import type { ConnectorType } from './rows.ts';
import { patternsOf, schemaCost } from './schema-cost.ts';

type Config = Readonly<Record<string, unknown>>;

/** A config with the defaults of its schema filled in, or what is wrong with it. Messages never repeat a value. */
export type JudgedConfig = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly FieldProblem[] };

export const MAX_SCHEMA_BYTES = 16_384;
const MAX_DEPTH = 20;
const MAX_PATTERN = 200;
/** Some milliseconds for each thousand, with the largest config that there can be. */
const MAX_COST = 4000;
const MAX_PROBLEMS = 20;
/** There are as many connector types as operators define, and a few versions of each while they are changed. */
const MAX_COMPILED = 200;

/**
 * INVARIANT: what tenants write is matched by the linear engine alone. With `allowMatchingProperties` nothing is matched by another one
 * while a schema is compiled either.
 */
const strict = (): Options => ({
  strict: true, allErrors: true, useDefaults: true, logger: false, allowMatchingProperties: true,
  // `code` would stand in code that is written to files, which none is.
  code: { regExp: Object.assign((pattern: string) => linearRegExp(pattern), { code: 'linearRegExp' }) },
});
/** What names a schema, or reaches one by another way than a pointer into this very schema; and what would make of a judgement a promise. */
const FORBIDDEN: ReadonlySet<string> = new Set(['$id', '$anchor', '$dynamicAnchor', '$dynamicRef', '$recursiveAnchor', '$recursiveRef', '$async']);

/** By their text, the oldest first. A schema is compiled once, for that takes longer than everything else of a write. */
const compiledBySchema = new Map<string, ValidateFunction>();

/** Judges a config by the schema of its connector type. What is given is not changed. */
export const judgeConfig = (schema: ConnectorType['configSchema'], config: Config): JudgedConfig => {
  const validate = compiled(schema);
  const filled = structuredClone(config);
  if (validate(filled)) return { ok: true, config: filled };
  return { ok: false, problems: (validate.errors ?? []).slice(0, MAX_PROBLEMS).map(problemOf) };
};

/**
 * What keeps a schema from being one of a connector type's config; null when nothing does: an object that takes no unknown members,
 * draft 2020-12 without formats, that stands on nothing outside itself, that compiles, and by which a config is judged in a time that has a bound.
 */
export const schemaProblem = (schema: ConnectorType['configSchema']): string | null => {
  const text = JSON.stringify(schema);
  if (Buffer.byteLength(text) > MAX_SCHEMA_BYTES) return `must be at most ${MAX_SCHEMA_BYTES} bytes of JSON`;
  if (schema['type'] !== 'object' || schema['additionalProperties'] !== false) return 'must be of an object, with additionalProperties false';
  const outside = foreignPart(schema);
  if (outside !== null) return outside;
  try {
    const cost = schemaCost(schema);
    if (cost === null) return 'must have no part that refers to itself';
    if (cost > MAX_COST) return 'takes too long to judge by: use fewer references, or shorter patterns';
    // With the schema of schemas, which costs far more than the schema itself: it is judged when it is defined, and then no more.
    new Ajv2020(strict()).compile(structuredClone(schema))({});
    return null;
  } catch (error) {
    return `is no schema that can be used: ${error instanceof Error ? error.message : 'unknown'}`.slice(0, 500);
  }
};

function compiled(schema: ConnectorType['configSchema']): ValidateFunction {
  const key = JSON.stringify(schema);
  const known = compiledBySchema.get(key);
  if (known !== undefined) return known;
  // An instance of its own: one keeps every schema that it has seen. Nothing is loaded from elsewhere, for nobody gives it a way to.
  const validate = new Ajv2020({ ...strict(), meta: false, validateSchema: false }).compile(structuredClone(schema));
  compiledBySchema.set(key, validate);
  const [oldest] = compiledBySchema.keys();
  if (compiledBySchema.size > MAX_COMPILED && oldest !== undefined) compiledBySchema.delete(oldest);
  return validate;
}

/** What of a schema leads out of it, or is larger than anybody needs. */
function foreignPart(schema: unknown): string | null {
  const waiting: (readonly [part: unknown, depth: number])[] = [[schema, 1]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [part, depth] = next;
    if (typeof part !== 'object' || part === null) continue;
    if (depth > MAX_DEPTH) return `must be at most ${MAX_DEPTH} levels deep`;
    for (const [keyword, value] of Object.entries(part)) {
      if (keyword === '$ref' && !(typeof value === 'string' && /^#(\/|$)/.test(value))) return 'must refer to nothing outside itself';
      if (FORBIDDEN.has(keyword)) return `must not use ${keyword}`;
      if (patternsOf(keyword, value).some((pattern) => pattern.length > MAX_PATTERN)) return `must use no pattern longer than ${MAX_PATTERN} characters`;
      waiting.push([value, depth + 1]);
    }
  }
  return null;
}

function problemOf({ instancePath, keyword, params, message }: ErrorObject): FieldProblem {
  const at = instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  // These two are about a member of what they point at.
  if (keyword === 'additionalProperties') return { path: ['config', ...at, String(params['additionalProperty'])], message: 'unknown key' };
  if (keyword === 'required') return { path: ['config', ...at, String(params['missingProperty'])], message: 'is required' };
  return { path: ['config', ...at], message: message ?? 'is not what the connector type takes' };
}

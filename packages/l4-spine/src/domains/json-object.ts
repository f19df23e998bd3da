import { z } from 'zod';
import { isStorable } from './text.ts';

export type JsonObject = { readonly [key: string]: unknown };

export const MAX_JSON_BYTES = 4096;
const MAX_JSON_DEPTH = 16;

/**
 * A caller's JSON object: at most 4096 bytes of UTF-8 when written without blanks, at most 16 levels deep, every string
 * and key storable, every number one that JSON has.
 */
export const jsonObject: z.ZodPipe<z.ZodUnknown, z.ZodTransform<JsonObject>> = z
  .unknown()
  .superRefine((value, context) => {
    const fault = faultOf(value);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  })
  // Just checked.
  .transform((value) => value as JsonObject)
  .meta({ type: 'object', additionalProperties: true });

/** What keeps a value from being such an object; null when nothing does. It never recurses: depth is the caller's choice. */
export function faultOf(value: unknown): string | null {
  if (!isPlainObject(value)) return 'must be a JSON object';
  const waiting: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 1 }];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    seen += 1;
    // Each value takes a byte at least: what has more of them is too long, and is not walked any further.
    if (seen > MAX_JSON_BYTES) return TOO_LONG;
    const { depth } = next;
    if (typeof next.value === 'object' && next.value !== null && depth > MAX_JSON_DEPTH) return `must be at most ${MAX_JSON_DEPTH} levels deep`;
    const fault = faultOfPart(next.value);
    if (fault !== null) return fault;
    for (const part of partsOf(next.value)) {
      if (waiting.length > MAX_JSON_BYTES) return TOO_LONG;
      waiting.push({ value: part, depth: depth + 1 });
    }
  }
  // Shallow by now, so this cannot overflow the stack.
  return Buffer.byteLength(JSON.stringify(value)) > MAX_JSON_BYTES ? TOO_LONG : null;
}

const TOO_LONG = `must be at most ${MAX_JSON_BYTES} bytes of JSON`;

function faultOfPart(value: unknown): string | null {
  switch (typeof value) {
    case 'string':
      return isStorable(value) ? null : 'must hold no NUL and no lone surrogate';
    case 'number':
      return Number.isFinite(value) ? null : 'must hold finite numbers only';
    case 'boolean':
      return null;
    case 'object':
      if (value === null || Array.isArray(value)) return null;
      if (!isPlainObject(value)) return 'must be plain JSON';
      return Object.keys(value).every((key) => isStorable(key) && key !== '__proto__') ? null : 'must have keys without NUL and lone surrogates, and none named __proto__';
    default:
      return 'must be plain JSON';
  }
}

const partsOf = (value: unknown): readonly unknown[] => {
  if (Array.isArray(value)) return value;
  return typeof value === 'object' && value !== null ? Object.values(value) : [];
};

function isPlainObject(value: unknown): value is JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A toJSON would let the value change between this check and its storing.
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value && typeof value.toJSON === 'function');
}

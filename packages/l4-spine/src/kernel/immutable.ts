/**
 * Freezes plain data all the way down, and answers it. Instances of classes (dates, sets) are left as they are.
 * It does not recurse: how deep the data is may be a caller's choice.
 */
export function immutable<Value>(value: Value): Value {
  if (!isPlain(value)) return value;
  let part: object | undefined = value;
  let waiting: object[] | null = null;
  // What came frozen may hold what is not. Remembered where it holds parts, so that a circle ends.
  let cameFrozen: Set<object> | null = null;
  while (part !== undefined) {
    const isNew: boolean = !Object.isFrozen(part);
    if (isNew) Object.freeze(part);
    if (isNew || cameFrozen === null || !cameFrozen.has(part)) {
      const before: number = waiting === null ? 0 : waiting.length;
      waiting = withPartsOf(part, waiting);
      if (!isNew && waiting !== null && waiting.length > before) (cameFrozen ??= new Set()).add(part);
    }
    part = waiting?.pop();
  }
  return value;
}

/** Adds the parts of a part that are plain data; most data has none. */
function withPartsOf(part: object, waiting: object[] | null): object[] | null {
  let known = waiting;
  if (Array.isArray(part)) {
    for (const inner of part as readonly unknown[]) if (isPlain(inner)) (known ??= []).push(inner);
    return known;
  }
  for (const name in part) {
    const inner = (part as Readonly<Record<string, unknown>>)[name]; // plain data has its parts by their names
    if (isPlain(inner)) (known ??= []).push(inner);
  }
  return known;
}

function isPlain(part: unknown): part is object {
  if (typeof part !== 'object' || part === null) return false;
  const prototype: unknown = Object.getPrototypeOf(part);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

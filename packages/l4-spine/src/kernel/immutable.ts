/**
 * Freezes plain data all the way down, and answers it. Instances of classes (dates, sets) are left as they are.
 * It does not recurse: how deep the data is may be a caller's choice.
 */
export function immutable<Value>(value: Value): Value {
  const waiting: unknown[] = [value];
  // What came frozen may hold what is not. Remembered, so that a circle ends.
  const cameFrozen = new Set<object>();
  while (waiting.length > 0) {
    const part = waiting.pop();
    if (!isPlain(part)) continue;
    if (!Object.isFrozen(part)) Object.freeze(part);
    else if (cameFrozen.has(part)) continue;
    else cameFrozen.add(part);
    for (const inner of Object.values(part)) waiting.push(inner);
  }
  return value;
}

function isPlain(part: unknown): part is object {
  if (typeof part !== 'object' || part === null) return false;
  const prototype: unknown = Object.getPrototypeOf(part);
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
}

/** Freezes plain data all the way down, and answers it. Instances of classes (dates, sets) are left as they are. */
export function immutable<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) immutable(part);
  return value;
}

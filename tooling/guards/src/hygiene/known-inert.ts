const TYPED_ARRAYS = ['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array', 'Int8Array', 'Int16Array', 'Int32Array', 'Float32Array', 'Float64Array', 'BigInt64Array', 'BigUint64Array'];
/** Functions of the language that make a value and do nothing else. Functions that they are given, they call. */
const FUNCTIONS = new Set([
  'Symbol', 'Symbol.for', 'Number', 'String', 'Boolean', 'BigInt', 'Object', 'Array', 'Error', 'TypeError', 'RangeError', 'RegExp', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'structuredClone',
  'encodeURIComponent', 'decodeURIComponent', 'encodeURI', 'decodeURI', 'Date.UTC', 'Date.parse', 'Map.groupBy', 'RegExp.escape', 'Promise.resolve', 'URL.canParse', 'URL.parse', 'Error.isError',
  'Buffer.from', 'Buffer.alloc', 'Buffer.concat', 'Buffer.byteLength', 'AbortSignal.any', 'Promise.withResolvers', 'require.resolve',
]);
const FAMILIES = ['Object.', 'Math.', 'JSON.', 'Array.', 'Number.', 'String.', 'BigInt.', 'Reflect.', 'Intl.', 'ArrayBuffer.', 'Iterator.', ...TYPED_ARRAYS.map((name) => `${name}.`)];
/** Of these families, what does not only make a value. */
const ACTIVE = new Set(['Math.random', 'Object.assign', 'Object.defineProperty', 'Object.defineProperties', 'Object.setPrototypeOf', 'Reflect.set', 'Reflect.defineProperty', 'Reflect.deleteProperty', 'Reflect.setPrototypeOf', 'Reflect.apply', 'Reflect.construct']);
/** What changes its first argument. */
const CHANGES_FIRST = new Set(['Object.assign', 'Object.defineProperty', 'Object.defineProperties', 'Object.setPrototypeOf', 'Object.freeze', 'Object.seal', 'Object.preventExtensions', 'Reflect.set', 'Reflect.defineProperty', 'Reflect.deleteProperty', 'Reflect.setPrototypeOf']);
const CONSTRUCTORS = new Set([
  'Map', 'Set', 'WeakMap', 'WeakSet', 'WeakRef', 'RegExp', 'Date', 'URL', 'URLSearchParams', 'Array', 'Object', 'Error', 'TypeError', 'RangeError', 'SyntaxError', 'AggregateError', 'Headers', 'TextEncoder',
  'TextDecoder', 'ArrayBuffer', 'DataView', 'Blob', ...TYPED_ARRAYS, 'AbortController', 'Promise', 'Proxy', 'EventTarget', 'Number', 'String', 'Boolean', 'DisposableStack', 'AsyncDisposableStack',
]);
/** Methods of the language's own things that leave them as they are. */
const METHODS = new Set([
  'at', 'concat', 'entries', 'every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flat', 'flatMap', 'forEach', 'includes', 'indexOf', 'join', 'keys', 'lastIndexOf', 'map', 'reduce',
  'reduceRight', 'slice', 'some', 'toReversed', 'toSorted', 'toSpliced', 'values', 'with', 'charAt', 'charCodeAt', 'codePointAt', 'endsWith', 'localeCompare', 'match', 'matchAll', 'normalize', 'padEnd',
  'padStart', 'repeat', 'replace', 'replaceAll', 'search', 'split', 'startsWith', 'substring', 'toLowerCase', 'toUpperCase', 'toLocaleLowerCase', 'toLocaleUpperCase', 'trim', 'trimEnd', 'trimStart', 'get', 'has', 'exec',
  'test', 'toString', 'valueOf', 'toFixed', 'toPrecision', 'getTime', 'getFullYear', 'toISOString', 'toJSON', 'union', 'intersection', 'difference', 'symmetricDifference', 'isSubsetOf', 'isSupersetOf',
  'isDisjointFrom', 'hasOwnProperty', 'encode', 'decode', 'subarray', 'take', 'drop', 'toArray', 'description', 'raw', 'format', 'bind', 'equals', 'compare',
]);
/** Methods of the language's own things that change them. */
const CHANGING = new Set(['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin', 'set', 'add', 'delete', 'clear', 'append', 'sort', 'getOrInsert', 'getOrInsertComputed']);

/** Of all these, what calls the functions that it is given. */
const CALLERS = new Set([
  'every', 'filter', 'find', 'findIndex', 'findLast', 'findLastIndex', 'flatMap', 'forEach', 'map', 'reduce', 'reduceRight', 'some', 'toSorted', 'sort', 'replace', 'replaceAll', 'Array.from', 'Map.groupBy',
  'Object.groupBy', 'Promise', 'getOrInsertComputed', ...TYPED_ARRAYS.map((name) => `${name}.from`),
]);

/** Whether something calls the functions that it is given. */
export const callsGiven = (name: string): boolean => CALLERS.has(name);

/** What a call of something that no module declares comes to: nothing but a value, a change of its first argument, or who knows what. */
export function globalCall(name: string, isNew: boolean): 'value' | 'changes its first argument' | 'unknown' {
  if (isNew) return CONSTRUCTORS.has(name) || name.startsWith('Intl.') ? 'value' : 'unknown';
  if (CHANGES_FIRST.has(name)) return 'changes its first argument';
  return FUNCTIONS.has(name) || (FAMILIES.some((family) => name.startsWith(family)) && !ACTIVE.has(name)) ? 'value' : 'unknown';
}

/** What a method comes to, if what it is called on is a thing of the language. */
export function methodCall(name: string): 'value' | 'changes it' | 'unknown' {
  return METHODS.has(name) ? 'value' : CHANGING.has(name) ? 'changes it' : 'unknown';
}

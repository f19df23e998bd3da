import picomatch from 'picomatch';

/** Says what is wrong with a value, and what to write instead; undefined where nothing is. @param at what the value is called */
export type Expect = (value: unknown, at: string) => string | undefined;

/** Whether something is an object of named values. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

export const text: Expect = (value, at) => (typeof value === 'string' && value.trim() !== '' ? undefined : `${at} is ${told(value)}: write a text`);

export const func: Expect = (value, at) => (typeof value === 'function' ? undefined : `${at} is ${told(value)}: write a function`);

/** One of a few words. */
export const oneOf = (words: readonly string[]): Expect => (value, at) => (typeof value === 'string' && words.includes(value) ? undefined : `${at} is ${told(value)}: write one of ${words.join(', ')}`);

/** Anything: its own guard looks at it. */
export const anything: Expect = () => undefined;

export const count: Expect = (value, at) => (Number.isInteger(value) && Number(value) > 0 ? undefined : `${at} is ${told(value)}: write a whole number from 1`);

/** A day of the calendar. */
export const day: Expect = (value, at) => {
  const isDay = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value);
  return isDay ? undefined : `${at} is ${told(value)}, which is no day: write it as YYYY-MM-DD`;
};

/** A path or pattern from the root, with forward slashes. */
export const glob: Expect = (value, at) => {
  if (typeof value !== 'string' || value === '') return `${at} is ${told(value)}: write a glob from the folder of the configuration`;
  if (value.includes('\\')) return `${at} is ${told(value)}: write forward slashes`;
  if (/^(\.{0,2}\/|[A-Za-z]:|!)/.test(value)) return `${at} is ${told(value)}: write it from the folder of the configuration, without ./, ../, / or ! before it`;
  try {
    picomatch.makeRe(value, { strictBrackets: true });
    return undefined;
  } catch (error) {
    return `${at} is ${told(value)}, which is no glob (${error instanceof Error ? error.message : String(error)}): close what it opens`;
  }
};

/** A list of at least `least` such values. */
export const listOf = (each: Expect, least = 0): Expect => (value, at) => {
  if (!Array.isArray(value)) return `${at} is ${told(value)}: write a list`;
  if (value.length < least) return `${at} is empty: name at least ${least}`;
  return first(value.map((entry: unknown, index) => each(entry, `${at}[${index}]`)));
};

/** Fields: each is checked where it is there; those that `required` names must be. */
export const fields = (known: Readonly<Record<string, Expect>>, required: readonly string[] = []): Expect => (value, at) => {
  if (!isRecord(value)) return `${at} is ${told(value)}: write an object`;
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) return `${at} has an unknown key '${unknown}': it may have ${Object.keys(known).join(', ')}`;
  const missing = required.find((key) => value[key] === undefined);
  if (missing !== undefined) return `${at} has no '${missing}': add it`;
  return first(Object.entries(value).map(([key, entry]) => (entry === undefined ? undefined : known[key]?.(entry, at === 'the configuration' ? key : `${at}.${key}`))));
};

const first = (faults: readonly (string | undefined)[]): string | undefined => faults.find((fault) => fault !== undefined);

const told = (value: unknown): string => (value === undefined ? 'missing' : typeof value === 'function' ? 'a function' : (JSON.stringify(value) ?? typeof value));

import { isDeepStrictEqual } from 'node:util';

/** Where two values of JSON differ, each place with what is there in both, for people. Entries of lists are told apart by `name` or `id`. Pure. */
export function differences(before: unknown, after: unknown, at = ''): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isTexts(before) && isTexts(after)) {
    return [
      ...before.filter((text) => !after.includes(text)).map((text) => `"${text}" was among ${at}, and is not now`),
      ...after.filter((text) => !before.includes(text)).map((text) => `"${text}" is among ${at} now, and was not`),
      ...(isDeepStrictEqual(new Set(before), new Set(after)) ? [`${at} has another order or other counts now`] : []),
    ];
  }
  if (!isObject(before) || !isObject(after)) return [`${at} is ${shown(after)}, not ${shown(before)}`];
  const [one, other] = [entriesOf(before), entriesOf(after)];
  const found = [...new Set([...one.keys(), ...other.keys()])].flatMap((key) => differences(one.get(key), other.get(key), at === '' ? key : `${at} ${key}`));
  return found.length > 0 ? found : [`${at} has another order now`];
}

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((entry) => typeof entry === 'string');

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function entriesOf(value: object): ReadonlyMap<string, unknown> {
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const named = new Map(value.map((entry: unknown, at): readonly [string, unknown] => [nameOf(entry) ?? `${at}`, entry]));
  return named.size === value.length ? named : new Map(value.map((entry: unknown, at): readonly [string, unknown] => [`${at}`, entry]));
}

function nameOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return undefined;
  const name = 'name' in entry ? entry.name : 'id' in entry ? entry.id : 'anchor' in entry ? entry.anchor : undefined;
  return typeof name === 'string' ? name : undefined;
}

const shown = (value: unknown): string => (value === undefined ? 'missing' : JSON.stringify(value));

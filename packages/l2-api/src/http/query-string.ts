import type { InputError } from '@hoc/l4-spine/kernel/result';
import { pointerTo } from './json-pointer.ts';

export type QueryString =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string> }
  | { readonly ok: false; readonly errors: readonly InputError[] };

/**
 * Reads a query string as strictly as a body: a name that stands twice, that the route does not take, or that is not
 * well encoded UTF-8 is an error and never dropped or guessed.
 * @param target the request target, as it stood in the request line
 */
export function parseQueryString(target: string | undefined, names: ReadonlySet<string>): QueryString {
  const values = new Map<string, string>();
  const errors: InputError[] = [];
  for (const part of queryOf(target).split('&')) {
    if (part === '') continue;
    const middle = part.indexOf('=');
    const name = decoded(middle === -1 ? part : part.slice(0, middle));
    const value = decoded(middle === -1 ? '' : part.slice(middle + 1));
    if (name === null || value === null) errors.push({ path: '', message: 'the query string is not well encoded' });
    else if (!names.has(name)) errors.push({ path: pointerTo(name), message: 'unknown key' });
    else if (values.has(name)) errors.push({ path: pointerTo(name), message: 'stands more than once' });
    else values.set(name, value);
  }
  return errors.length === 0 ? { ok: true, values } : { ok: false, errors };
}

function queryOf(target = ''): string {
  const start = target.indexOf('?');
  if (start === -1) return '';
  const end = target.indexOf('#', start);
  return end === -1 ? target.slice(start + 1) : target.slice(start + 1, end);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

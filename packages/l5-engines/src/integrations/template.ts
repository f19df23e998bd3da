export type TemplateValues = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{([^{}]*)\}/g;
/** JSON has braces of its own. */
const PLACEHOLDER_IN_JSON = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/**
 * Fills the URL of a probe. What stands at the beginning is a whole URL, taken as it is, and a slash at its end is not doubled;
 * everywhere else a value is percent-encoded, so that it cannot lead to another host or path.
 * Null where something is not there: half a URL leads elsewhere. The same holds for the others here. Null as well where a value would
 * be a step up in the path, or the URL at the beginning has a query that would swallow what follows it.
 */
export const fillUrl = (template: string, values: TemplateValues): string | null =>
  fill(template, PLACEHOLDER, values, (value, place, length) => {
    if (place > 0) return isDots(value) && !template.slice(0, place).includes('?') ? null : encodeURIComponent(value);
    const tail = template.slice(length);
    if (tail !== '' && value.includes('?')) return null;
    return tail.startsWith('/') ? value.replace(/\/+$/, '') : value;
  });

const isDots = (value: string): boolean => value === '.' || value === '..';

/** Fills the value of a header. What a header cannot carry is refused where it is sent. */
export const fillHeader = (template: string, values: TemplateValues): string | null => fill(template, PLACEHOLDER, values, (value) => value);

/** Fills a JSON text, whose placeholders stand within strings. */
export const fillJson = (template: string, values: TemplateValues): string | null => fill(template, PLACEHOLDER_IN_JSON, values, (value) => JSON.stringify(value).slice(1, -1));

/** What a template names. In JSON only what looks like a name is one. */
export const placeholdersOf = (template: string, form: 'text' | 'json' = 'text'): readonly string[] =>
  [...template.matchAll(form === 'json' ? PLACEHOLDER_IN_JSON : PLACEHOLDER)].map(([, name = '']) => name);

const fill = (template: string, placeholder: RegExp, values: TemplateValues, form: (value: string, place: number, length: number) => string | null): string | null => {
  let isComplete = true;
  const text = template.replace(placeholder, (all: string, name: string, place: number) => {
    const value = textOf(values, name);
    const formed = value === null ? null : form(value, place, all.length);
    isComplete &&= formed !== null;
    return formed ?? '';
  });
  return isComplete ? text : null;
};

/** A text or a number that is there; not an empty text, and not one that is no Unicode. */
const textOf = (values: TemplateValues, name: string): string | null => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.isWellFormed() ? text : null;
};

export type TemplateValues = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{([^{}]*)\}/g;
/** JSON has braces of its own. */
const PLACEHOLDER_IN_JSON = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;

/**
 * Fills the URL of a probe. What stands at the beginning is a whole URL, taken as it is, and a slash at its end is not doubled;
 * everywhere else a value is percent-encoded, so that it cannot lead to another host or path.
 * Null where something is not there: half a URL leads elsewhere. The same holds for the others here.
 */
export const fillUrl = (template: string, values: TemplateValues): string | null =>
  fill(template, PLACEHOLDER, values, (value, place) => (place > 0 ? encodeURIComponent(value) : /^[^{}]*\}\//.test(template.slice(1)) ? value.replace(/\/+$/, '') : value));

/** Fills the value of a header. What a header cannot carry is refused where it is sent. */
export const fillHeader = (template: string, values: TemplateValues): string | null => fill(template, PLACEHOLDER, values, (value) => value);

/** Fills a JSON text, whose placeholders stand within strings. */
export const fillJson = (template: string, values: TemplateValues): string | null => fill(template, PLACEHOLDER_IN_JSON, values, (value) => JSON.stringify(value).slice(1, -1));

/** What a template names. In JSON only what looks like a name is one. */
export const placeholdersOf = (template: string, form: 'text' | 'json' = 'text'): readonly string[] =>
  [...template.matchAll(form === 'json' ? PLACEHOLDER_IN_JSON : PLACEHOLDER)].map(([, name = '']) => name);

const fill = (template: string, placeholder: RegExp, values: TemplateValues, form: (value: string, place: number) => string): string | null => {
  let isComplete = true;
  const text = template.replace(placeholder, (_all, name: string, place: number) => {
    const value = textOf(values, name);
    isComplete &&= value !== null;
    return value === null ? '' : form(value, place);
  });
  return isComplete ? text : null;
};

/** A text or a number that is there; not an empty text, and not one that is no Unicode. */
const textOf = (values: TemplateValues, name: string): string | null => {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.isWellFormed() ? text : null;
};

/** `{name}` is percent-encoded, `{+name}` stands as it is: RFC 6570, simple and reserved expansion of one variable. */
const EXPRESSION = /\{(\+?)([^{}]*)\}/g;

/** Fills a template with texts and numbers. Null where one that it names is not there, is empty, or is no Unicode: half a URL leads elsewhere. */
export const expand = (template: string, values: Readonly<Record<string, unknown>>): string | null => {
  let isComplete = true;
  const text = template.replace(EXPRESSION, (_all, reserved: string, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    const filling = typeof value === 'number' ? String(value) : value;
    if (typeof filling !== 'string' || filling === '' || !filling.isWellFormed()) {
      isComplete = false;
      return '';
    }
    return reserved === '+' ? filling : encodeURIComponent(filling);
  });
  return isComplete ? text : null;
};

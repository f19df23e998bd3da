/** An array as PostgreSQL writes it. Most values need no escape, which the general way of a library looks for in each of them again. */
export const arrayText = (values: readonly (string | number | null)[]): string => `{${values.map(elementText).join(',')}}`;

const elementText = (value: string | number | null): string => {
  if (value === null) return 'NULL';
  if (typeof value === 'number') return String(value);
  return `"${value.includes('"') || value.includes('\\') ? value.replaceAll(/["\\]/g, '\\$&') : value}"`;
};

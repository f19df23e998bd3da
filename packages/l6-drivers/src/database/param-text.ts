import type { Param } from './sql.ts';

/**
 * A parameter as the text that PostgreSQL reads it from; null for SQL's NULL.
 * @throws RangeError for an instant that is none
 */
export function paramText(param: Param): string | null {
  if (typeof param === 'string' || param === null) return param;
  if (typeof param === 'number' || typeof param === 'boolean') return String(param);
  return param instanceof Date ? instantText(param) : arrayText(param);
}

/** ISO 8601 in UTC. Years are written as PostgreSQL reads them: those beyond 9999 without a sign, those before 1 as years BC. */
function instantText(instant: Date): string {
  const iso = instant.toISOString();
  if (iso.startsWith('+')) return iso.slice(1).replace(/^0+/, '');
  if (!iso.startsWith('-') && !iso.startsWith('0000')) return iso;
  const yearsBefore = String(1 - instant.getUTCFullYear()).padStart(4, '0');
  return `${yearsBefore}${iso.slice(iso.indexOf('-', 1))} BC`;
}

const arrayText = (elements: readonly (string | number | null)[]): string => `{${elements.map(elementText).join(',')}}`;

/** Every text is quoted: whatever it is, it is no syntax of arrays, and no NULL. */
const elementText = (element: string | number | null): string =>
  typeof element === 'string' ? `"${element.replaceAll(SYNTAX, String.raw`\$&`)}"` : String(element ?? 'NULL');

const SYNTAX = /["\\]/g;

import { arrayText } from './array-text.ts';
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

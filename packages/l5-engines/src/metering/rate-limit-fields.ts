import type { LimitReading } from './spend.ts';

/** The two fields as data: whoever answers the key's holder sends them on. */
export interface RateLimitFields {
  readonly RateLimit: string;
  readonly 'RateLimit-Policy': string;
}

/**
 * The fields of these readings, as structured fields (RFC 9651). A limit of the key goes by its name, one of its owner or tenant by
 * `owner.` or `tenant.` and its name. A window that is no whole number of seconds is left out: the draft knows no other.
 * @see draft-ietf-httpapi-ratelimit-headers-11, sections 3 and 4
 */
export const rateLimitFields = (readings: readonly LimitReading[]): RateLimitFields => ({
  RateLimit: readings.map((reading) => `${policy(reading)};r=${reading.remaining};t=${Math.ceil(reading.resetMs / 1000)}`).join(', '),
  'RateLimit-Policy': readings.map((reading) => `${policy(reading)};q=${reading.limit}${windowOf(reading)}`).join(', '),
});

/** A string of a structured field; no name of a limit holds a quote or a backslash. */
const policy = ({ scope, name }: LimitReading): string => (scope === 'KEY' ? `"${name}"` : `"${scope.toLowerCase()}.${name}"`);

const windowOf = ({ windowMs }: LimitReading): string => (windowMs % 1000 === 0 ? `;w=${windowMs / 1000}` : '');

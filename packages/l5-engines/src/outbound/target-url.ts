import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { judgeAddress } from './address-guard.ts';
import type { AllowedNetwork } from './allowed-network.ts';

/** What URLs the operator lets others choose. */
export interface UrlPolicy {
  /** Plain HTTP, and even then to allowed networks alone. */
  readonly allowHttp: boolean;
  readonly networks: readonly AllowedNetwork[];
}

/** A URL that was judged, in the parts of which a request is made. */
export interface TargetUrl {
  /** Normalised; an internationalised host stands in its ASCII form, in which look-alikes do not look alike. To store and to show. */
  readonly href: string;
  readonly isSecure: boolean;
  /** ASCII name or address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** Host and port as the `Host` header says them. */
  readonly authority: string;
  readonly pathAndQuery: string;
}

export type UrlJudgement =
  | { readonly ok: true; readonly target: TargetUrl }
  | { readonly ok: false; readonly failure: 'REQUEST_REFUSED' | 'ADDRESS_REFUSED'; readonly reason: string };

const MAX_LENGTH = 2048;
const MAX_HOST_LENGTH = 253;
/** Scheme and authority of a text that is one word without a fragment. */
const SHAPE = /^(https?):\/\/([^/?#]+)/i;
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;
/** Latin letters beside those of a script that is not written together with Latin. */
const LATIN = /\p{Script=Latin}/v;
const NOT_WITH_LATIN = /[\p{L}--[\p{Script=Latin}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}]]/v;
/** Above 1023, and known for another protocol: the Fetch standard's "bad ports". */
const BAD_PORTS: ReadonlySet<number> = new Set([1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080]);

/**
 * Judges a URL that somebody else chose, before any name is resolved. What a reader of the text sees must be what a
 * request would reach: a host that is not written as it is resolved (percent-encoded, octal or hexadecimal or shortened IPv4,
 * full-width digits, invisible characters) is refused, not repaired. Reasons never repeat the text, which may be a secret;
 * they fit behind "the URL ".
 */
export const judgeUrl = (text: string, policy: UrlPolicy): UrlJudgement => {
  const flaw = flawOfText(text);
  if (flaw !== null) return refused(flaw);
  const [, scheme = '', authority = ''] = SHAPE.exec(text) ?? [];
  const url = URL.parse(text);
  if (url === null) return refused('has a host or a port that cannot be read');
  const isSecure = scheme.toLowerCase() === 'https';
  if (!isSecure && !policy.allowHttp) return refused('must begin with https://');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const hostFlaw = flawOfHost(authority, host);
  if (hostFlaw !== null) return refused(hostFlaw);
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  if (!isPortAllowed(port, isSecure)) return refused(`names a port that is not for ${isSecure ? 'HTTPS' : 'HTTP'}`);
  if (isIP(host) !== 0) {
    const judged = judgeAddress(host, policy.networks);
    if (!judged.ok) return { ok: false, failure: 'ADDRESS_REFUSED', reason: `names ${judged.reason}` };
    if (!isSecure && judged.network === null) return refused('must begin with https:// outside the networks that the operator allows');
  }
  return { ok: true, target: { href: url.href, isSecure, host, port, authority: url.host, pathAndQuery: url.pathname + url.search } };
};

const refused = (reason: string): UrlJudgement => ({ ok: false, failure: 'REQUEST_REFUSED', reason });

const flawOfText = (text: string): string | null => {
  if (text.length > MAX_LENGTH) return `is longer than ${MAX_LENGTH} characters`;
  // The URL standard drops or rewrites these in silence.
  if (/[\s\\\p{Cc}\p{Cf}]/v.test(text)) return 'holds a blank, a backslash, or a character that cannot be seen';
  if (text.includes('#')) return 'has a fragment, which is never sent';
  if (!/^https?:\/\//i.test(text)) return 'must begin with https://';
  const [, , authority] = SHAPE.exec(text) ?? [];
  if (authority === undefined) return 'names no host';
  if (authority.includes('@')) return 'holds a user name or a password; credentials are given apart from it';
  return null;
};

const flawOfHost = (authority: string, host: string): string | null => {
  if (isIP(host) === 6) return null;
  const written = authority.replace(/:\d*$/, '').normalize('NFC').toLowerCase();
  const shown = domainToUnicode(host);
  if (written.endsWith('.') || host.endsWith('.')) return 'has a host that ends in a dot';
  if (written !== host && written !== shown) return 'has a host that is not written as it is resolved';
  if (host.length > MAX_HOST_LENGTH || !host.split('.').every((label) => LABEL.test(label))) return 'has a host that is no domain name';
  // The parser takes an ASCII label that claims to be Punycode at its word.
  if (domainToASCII(shown) !== host || shown.split('.').some((label) => label.startsWith('xn--'))) return 'has a host that is no domain name';
  if (shown.split('.').some((label) => LATIN.test(label) && NOT_WITH_LATIN.test(label))) return 'has a host that mixes Latin with letters that look like it';
  return null;
};

const isPortAllowed = (port: number, isSecure: boolean): boolean => (port < 1024 ? port === (isSecure ? 443 : 80) : !BAD_PORTS.has(port));

import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Secret } from '../secret.ts';

/** Header values; what is secret stays one until it is sent. */
export type RequestHeaders = Readonly<Record<string, string | Secret>>;

/** What frames the message or belongs to the connection, and so to {@link sentHeaders} alone. RFC 9110, sections 7.2 and 7.6.1. */
const RESERVED: ReadonlySet<string> = new Set([
  'host', 'connection', 'keep-alive', 'content-length', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect', 'accept-encoding',
]);

/** Whether a header, by its name in whatever case, is HOC's own to send. */
export const isReserved = (name: string): boolean => RESERVED.has(name.toLowerCase()) || name.toLowerCase().startsWith('proxy-');

/** The headers as they are sent, or null where one of them may not be. The body comes uncompressed: what is counted is what was read. */
export const sentHeaders = (headers: RequestHeaders, authority: string, body: Uint8Array | null): Readonly<Record<string, string>> | null => {
  const sent: Record<string, string> = { 'user-agent': 'HOC', accept: '*/*' };
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    const text = value instanceof Secret ? value.reveal() : value;
    if (isReserved(lower) || !isSendable(lower, text)) return null;
    sent[lower] = text;
  }
  return {
    ...sent,
    host: authority,
    'accept-encoding': 'identity',
    connection: 'close',
    ...(body === null ? {} : { 'content-length': String(body.length) }),
  };
};

const isSendable = (name: string, value: string): boolean => {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
};

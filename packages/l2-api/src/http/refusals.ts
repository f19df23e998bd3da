import type { Denial, InputError } from '@hoc/l4-spine/kernel/result';

/** What HTTP itself refuses, before or without any operation. */
export type Refusal = Omit<Denial, 'requestId'>;

export const NOT_FOUND: Refusal = { code: 'NOT_FOUND', status: 404, detail: 'There is no such thing here.' };

export const UNAUTHENTICATED: Refusal = {
  code: 'UNAUTHENTICATED', status: 401, detail: 'Send a valid token as Authorization: Bearer <token>.',
};

export const METHOD_NOT_ALLOWED: Refusal = {
  code: 'METHOD_NOT_ALLOWED', status: 405, detail: 'This path does not take this method; the Allow header names those it takes.',
};

export const PAYLOAD_TOO_LARGE: Refusal = { code: 'PAYLOAD_TOO_LARGE', status: 413, detail: 'A body is at most 65536 bytes long.' };

export const UNSUPPORTED_MEDIA_TYPE: Refusal = {
  code: 'UNSUPPORTED_MEDIA_TYPE', status: 415, detail: 'Send the body as Content-Type: application/json, in UTF-8.',
};

export const UNAVAILABLE: Refusal = {
  code: 'UNAVAILABLE', status: 503, detail: 'The database cannot be asked at the moment.', retryAfterSeconds: 1,
};

export const INTERNAL: Refusal = {
  code: 'INTERNAL', status: 500, detail: 'Something went wrong that should not. Give the requestId to whoever runs this server.',
};

/** A request that HTTP can read, and that means nothing here. */
export const malformed = (detail: string): Refusal => ({ code: 'INVALID_INPUT', status: 400, detail });

/** Input that no operation was asked about, because it names what the route does not take. */
export const invalidInput = (errors: readonly InputError[]): Refusal => ({
  code: 'INVALID_INPUT', status: 400, detail: 'The input is not what this operation takes.', errors,
});

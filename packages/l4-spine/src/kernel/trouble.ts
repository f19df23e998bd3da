import type { Denial } from './result.ts';

/** The database cannot be asked, or its answer got lost: no verdict, come again. */
export const unavailable = (requestId: string): Denial => ({
  code: 'UNAVAILABLE', status: 503, requestId, retryAfterSeconds: 1,
  detail: 'The database could not be asked, so there is no answer. Try again; a write under the same Idempotency-Key.',
});

/** A bug of ours. The request id is all that the caller learns; the error stands in the log. */
export const unexpected = (requestId: string): Denial => ({
  code: 'INTERNAL', status: 500, requestId,
  detail: 'Something went wrong that should not. Nothing was written. Give the requestId to whoever runs this server.',
});

import type { FastifyBaseLogger, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { RefusedBody } from './json-body.ts';
import { INTERNAL, malformed, NOT_FOUND, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, type Refusal } from './refusals.ts';
import { replyProblem } from './reply-problem.ts';

/**
 * Answers what was thrown. What Fastify throws at a request that it cannot read is the caller's, and 4xx; anything else is
 * ours: 500 without its text, which stands in the log under the request's id.
 */
export const errorHandler = (logger: Pick<FastifyBaseLogger, 'error'> | undefined) =>
  (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const refusal = refusalOf(error);
    if (refusal === INTERNAL) logger?.error({ err: error, requestId: request.id }, 'an unexpected exception');
    keepConnection(reply);
    return replyProblem(request, reply, refusal);
  };

/** Fastify closes a connection after a body that it did not read to its end, which may cost the caller the answer. Node reads on by itself. */
export function keepConnection(reply: FastifyReply): void {
  if (reply.hasHeader('connection')) reply.removeHeader('connection');
}

function refusalOf(error: FastifyError): Refusal {
  if (error instanceof RefusedBody) return error.refusal;
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return PAYLOAD_TOO_LARGE;
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
    case 'FST_ERR_CTP_EMPTY_TYPE':
    case 'FST_ERR_CTP_INVALID_TYPE':
      return UNSUPPORTED_MEDIA_TYPE;
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return malformed('The body is not as long as Content-Length says.');
    case 'FST_ERR_BAD_URL':
      return malformed('The path is not well encoded.');
    // No id is that long.
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return NOT_FOUND;
    default:
      // A connection that broke while the body came in, and the like.
      return isCallers(error) ? malformed('The request could not be read.') : INTERNAL;
  }
}

const isCallers = ({ statusCode }: FastifyError): boolean => statusCode !== undefined && statusCode >= 400 && statusCode < 500;

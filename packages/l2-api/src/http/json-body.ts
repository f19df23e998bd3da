import { isAscii } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { malformed, UNSUPPORTED_MEDIA_TYPE, type Refusal } from './refusals.ts';

/** The most bytes that a body may have. */
export const BODY_LIMIT_BYTES: number = 64 * 1024;

/** How deep arrays and objects of a body may nest. Everything downstream may recurse over a body because of it. */
const MAX_DEPTH = 64;
/** A level takes two brackets, so a text of so many characters is not deeper. Most bodies are that short. */
const NEVER_TOO_DEEP = 2 * MAX_DEPTH;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A body that was refused, on its way through Fastify's error path, the only one a body parser has. */
export class RefusedBody extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/**
 * Makes JSON in UTF-8, not compressed, the one body that is taken. Bytes that are not UTF-8 are refused, not replaced; so are prototype
 * poisoning and nesting deeper than {@link MAX_DEPTH}. An empty body is no body.
 */
export function takeJsonOnly(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    const text = decoded(request, bytes as Buffer); // parseAs: 'buffer' above
    if (text instanceof RefusedBody) return done(text);
    if (text === '') return done(null, undefined);
    return parse(request, text, (error, value) => {
      if (error !== null) return done(new RefusedBody(malformed('The body is not JSON.')));
      const isTooDeep = text.length > NEVER_TOO_DEEP && isDeeperThan(value, MAX_DEPTH);
      return isTooDeep ? done(new RefusedBody(malformed(`The body nests deeper than ${MAX_DEPTH} levels.`))) : done(null, value);
    });
  });
}

function decoded({ headers }: FastifyRequest, bytes: Buffer): string | RefusedBody {
  const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (coding !== '' && coding !== 'identity') return new RefusedBody({ ...UNSUPPORTED_MEDIA_TYPE, detail: 'Send the body without a Content-Encoding.' });
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') return new RefusedBody(UNSUPPORTED_MEDIA_TYPE);
  // As most bodies are, and a decoder is slower.
  if (isAscii(bytes)) return bytes.toString('latin1');
  try {
    return utf8.decode(bytes);
  } catch {
    return new RefusedBody(malformed('The body is not UTF-8.'));
  }
}

/** Whether a JSON value nests deeper than `limit`. Walks level by level, so that no depth can overflow the stack. */
export function isDeeperThan(value: unknown, limit: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > limit) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

import type { JsonSchema } from './json-schema.ts';

const text: JsonSchema = { type: 'string' };

/** The schema of every answer that is no success. Source: RFC 9457 and HTTP-API.md, "Shapes". */
export const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri', pattern: '^urn:hoc:problem:[A-Z_]+$' },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: text,
    code: { type: 'string', pattern: '^[A-Z_]+$', description: 'What a client decides on; stable.' },
    requestId: text,
    instance: { type: 'string', description: 'The path that was asked.' },
    invariantId: { type: 'string', pattern: '^BI-[A-Z]+-[0-9]{3}$', description: 'Of the most severe violation.' },
    severity: { enum: ['CRITICAL', 'HIGH', 'MEDIUM'] },
    remediation: text,
    violations: {
      type: 'array',
      items: {
        type: 'object',
        required: ['invariantId', 'severity', 'message', 'remediation'],
        properties: { invariantId: text, severity: { enum: ['CRITICAL', 'HIGH', 'MEDIUM'] }, message: text, remediation: text },
        additionalProperties: false,
      },
    },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string', description: 'A JSON Pointer (RFC 6901) into the input.' }, message: text },
        additionalProperties: false,
      },
    },
  },
};

/** Why each status is answered, where every operation may answer it. */
export const COMMON_PROBLEMS: Readonly<Record<string, string>> = {
  400: 'INVALID_INPUT: the request cannot be read, or its input is not what the operation takes.',
  401: 'UNAUTHENTICATED: no token, or not a valid one.',
  403: 'PLANE_FORBIDDEN or PERMISSION_DENIED.',
  404: 'NOT_FOUND: there is no such thing, or it is another tenant’s.',
  405: 'METHOD_NOT_ALLOWED.',
  500: 'INTERNAL: a bug of the server; its log has the requestId.',
  503: 'UNAVAILABLE, INVARIANT_UNEVALUABLE or DEGRADED: no verdict; come again after Retry-After.',
};

export const BODY_PROBLEMS: Readonly<Record<string, string>> = {
  413: 'PAYLOAD_TOO_LARGE: more than 65536 bytes.',
  415: 'UNSUPPORTED_MEDIA_TYPE: not application/json in UTF-8.',
};

export const WRITE_PROBLEMS: Readonly<Record<string, string>> = {
  409: 'INVARIANT_VIOLATION or IDEMPOTENCY_IN_FLIGHT.',
  422: 'INVARIANT_VIOLATION or IDEMPOTENCY_MISMATCH.',
};

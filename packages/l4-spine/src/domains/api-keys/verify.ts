import { isAddress } from '@hoc/l5-engines/address';
import { parsePermissionQuery, type PermissionQuery } from '@hoc/l5-engines/api-keys/permission-query';
import { askTruth, verify as decide } from '@hoc/l5-engines/api-keys/verify';
import { VERDICTS } from '@hoc/l5-engines/api-keys/verdict';
import { spend } from '@hoc/l5-engines/metering/spend';
import type { DecideScope, TruthScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { decideAheadOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';
import { instantOut } from '../instant.ts';
import { rawText } from '../text.ts';
import { leaseSeconds } from './lease-seconds.ts';
import { showSpent, spentShape } from './spent-shape.ts';

/** A question about permissions; walked by its own parser, which no depth can overflow. */
const permissionQuery: z.ZodType<PermissionQuery> = z
  .unknown()
  .transform((value, context) => {
    const parsed = parsePermissionQuery(value);
    if (parsed.ok) return parsed.query;
    context.addIssue({ code: 'custom', path: [...parsed.path], message: parsed.message });
    return z.NEVER;
  })
  .meta({
    description: 'A permission, or an object with exactly one of "and", "or" (lists of queries) and "not" (a query); at most 8 deep.',
    anyOf: [{ type: 'string' }, { type: 'object', minProperties: 1, maxProperties: 1 }],
  });

/** What a gateway asks of a token. Whatever is no token of HOC gets a verdict, MALFORMED, and is no bad input. */
export const verifyInput = z.strictObject({
  token: z.string(),
  permissions: permissionQuery.optional(),
  resource: rawText(500).min(1).optional(),
  address: z.string().max(100).refine(isAddress, 'must be an IPv4 or IPv6 address').optional().meta({ description: 'The client\'s address. What usage keeps of it is its network.' }),
  cost: z.int().min(1).max(1_000_000).optional().meta({ description: 'Taken from each rate limit and from the credits, all of it or nothing, where the key is good otherwise. Without it: 1.' }),
  acquire: z.strictObject({ seconds: leaseSeconds }).optional().meta({ description: 'A lease of the key for so long, where the key has a maxConcurrent.' }),
});

/** A verdict. All but `valid` and `code` stand only where the key exists, and all but the two ids and what its meters say only where it is VALID. */
const verdictShape = z.object({
  valid: z.boolean(), code: z.enum(VERDICTS), keyId: z.string().optional(), tenantId: z.string().optional(), projectId: z.string().optional(),
  environment: z.enum(['live', 'test']).optional(), permissions: z.array(z.string()).optional(), ownerRef: z.string().optional(),
  metadata: z.record(z.string(), z.unknown()).optional(), expiresAt: instantOut.optional(),
  ...spentShape,
});

/**
 * The verdict on a token, from the truth at this moment. What a verification costs is taken where the verdict would be VALID, and
 * where nothing is short of it. An outage is no verdict.
 */
export const verify = decideAheadOperation<DecideScope, TruthScope>()({
  address: ['api_keys.query', 'verify'],
  planes: ['int'],
  permission: 'hoc:keys.verify',
  summary: 'Verifies a token.',
  input: verifyInput,
  output: verdictShape,
  rejections: {},
  ahead: ({ input, scope }) => askTruth(scope, input.token),
  run: async ({ request: { input, now }, scope, ahead }) => {
    const { token, permissions, resource, address, cost = 1, acquire } = input;
    const answer = await decide(scope, { token, permissions, resource, address }, now, ahead);
    if (!('keyId' in answer)) return ok(answer);
    const { keyId, tenantId } = answer;
    const use = { tenantId, keyId, at: now, address: address ?? null };
    if (!answer.valid) {
      scope.usage.record({ ...use, verdict: answer.code });
      return ok(answer);
    }
    const { expiresAt, permissions: held, metadata, meters, ...rest } = answer;
    const valid = { ...rest, permissions: [...held], metadata: { ...metadata }, ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) };
    if (meters === null) {
      scope.usage.record({ ...use, verdict: 'VALID' });
      return ok(valid);
    }
    const spent = await spend(scope, { tenantId, keyId, ownerRef: answer.ownerRef ?? null, meters }, { cost, leaseSeconds: acquire?.seconds ?? null });
    scope.usage.record({ ...use, verdict: spent.code });
    return ok({ ...(spent.code === 'VALID' ? valid : { valid: false, code: spent.code, keyId, tenantId }), ...showSpent(spent) });
  },
});

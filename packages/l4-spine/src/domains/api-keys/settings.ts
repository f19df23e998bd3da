import { cidrProblem } from '@hoc/l5-engines/api-keys/settings';
import { grantablePatternProblem, permissionProblem } from '@hoc/l5-engines/api-keys/permission';
import { z } from 'zod';
import { instant } from '../instant.ts';
import { jsonObject } from '../json-object.ts';
import { rateLimits } from '../rate-limits.ts';
import { rawText, text } from '../text.ts';

const MAX_ENTRIES = 100;
const MAX_CREDITS = 1_000_000_000_000_000;

/** A text that an engine has a say on: `problemOf` answers why it will not do, or null. */
export const judged = (max: number, problemOf: (text: string) => string | null): z.ZodString =>
  z.string().max(max).superRefine((value, context) => {
    const message = problemOf(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });

/** A list of at most 100 different texts. */
const listOf = (entry: z.ZodString): z.ZodArray<z.ZodString> =>
  z.array(entry).max(MAX_ENTRIES).refine((entries) => new Set(entries).size === entries.length, 'must not hold the same twice');

export const permissions = listOf(judged(250, permissionProblem));
export const environment = z.enum(['live', 'test']);

/** The credits of a key, given as a whole. A refill brings them up to its amount, at the first use in a new UTC day or month. */
const credits = z.strictObject({
  remaining: z.int().min(0).max(MAX_CREDITS),
  refill: z.strictObject({ amount: z.int().min(1).max(MAX_CREDITS), interval: z.enum(['DAILY', 'MONTHLY']) }).nullable().default(null),
});

/** The settings of a key that its owner decides, and may change. Each is optional; `null` clears. */
export const settings = {
  grantable: listOf(judged(250, grantablePatternProblem)).nullable().optional(),
  allowedResources: listOf(rawText(500).min(1)).optional(),
  allowedAddresses: listOf(judged(60, cidrProblem)).optional(),
  expiresAt: instant.nullable().optional(),
  metadata: jsonObject.optional(),
  ownerRef: text(200).nullable().optional(),
  rateLimits: rateLimits.optional(),
  credits: credits.nullable().optional().meta({ description: 'What remains is set to what is given; null: the key needs none. A refill brings it up to its amount at the first use in a new day or month of UTC.' }),
  maxConcurrent: z.int().min(1).max(1_000_000).nullable().optional().meta({ description: 'How many leases may be held at a time; null: there are none.' }),
} as const;


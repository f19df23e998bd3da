import { BUCKETS, filled, newestOf, spanOf } from '@hoc/l5-engines/usage/buckets';
import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import type { Request } from '../../kernel/request.ts';
import { ok, type Rejection } from '../../kernel/result.ts';
import { instant } from '../instant.ts';
import { invalidInput } from '../invalid-input.ts';
import { limit, pageOf, seqCursor, writeSeq, type Page } from '../page.ts';
import { id } from '../text.ts';
import { showUsageBucket, usageBucketShape, type UsageBucketShape } from './shapes.ts';

/** What may be asked of usage: from when, to when, and how finely. The cursor is the instant at which the next page ends. */
const asked = {
  from: instant.optional().meta({ description: 'Without it: 30 days, or 24 hours, before "to".' }),
  to: instant.optional().meta({ description: 'Without it: now. A bucket that is touched is told whole.' }),
  bucket: z.enum(BUCKETS).default('day').meta({ description: 'Of UTC.' }),
  limit, cursor: seqCursor.optional(),
} as const;

/** How the drivers call a bucket. */
const COUNTED_BY = { hour: 'HOUR', day: 'DAY' } as const;

export const tenantUsageInput = z.strictObject(asked);
export const keyUsageInput = z.strictObject({ keyId: id, ...asked });

export const usagePage = pageOf(usageBucketShape);

/** One page of buckets, the newest first, of the tenant or of one of its keys. What is read has a bound: `limit` buckets. */
export async function readBuckets(
  { request: { tenantId, input, now }, scope }: { readonly request: Request<z.output<typeof tenantUsageInput>>; readonly scope: ReadScope },
  keyId: string | null,
): Promise<{ readonly ok: true; readonly value: Page<UsageBucketShape> } | { readonly ok: false; readonly rejection: Rejection<'INVALID_INPUT'> }> {
  const { from, to, bucket, limit: size, cursor } = input;
  const resolved = spanOf({ bucket, from, to }, now);
  if (!resolved.ok) return invalidInput([{ path: ['from'], message: resolved.problem }]);
  const { page, nextUntilMs } = newestOf(resolved.span, size, cursor);
  const counted = page.startMs === page.endMs ? [] : await scope.usage.counts(tenantId, { keyId, from: new Date(page.startMs), to: new Date(page.endMs), bucket: COUNTED_BY[bucket] });
  return ok({ items: filled(page, counted).map(showUsageBucket), nextCursor: nextUntilMs === null ? null : writeSeq(nextUntilMs) });
}

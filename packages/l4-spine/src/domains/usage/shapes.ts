import { VERDICTS, type Verdict } from '@hoc/l5-engines/api-keys/verdict';
import type { FilledBucket } from '@hoc/l5-engines/usage/buckets';
import { z } from 'zod';
import { instantOut } from '../instant.ts';

/** What is counted: verdicts on a key that exists. */
type CountedVerdict = Exclude<Verdict, 'MALFORMED' | 'NOT_FOUND'>;
const COUNTED = VERDICTS.filter((verdict): verdict is CountedVerdict => verdict !== 'MALFORMED' && verdict !== 'NOT_FOUND');

/** What was verified in an hour or a day, by verdict; a verdict that was not given is not named. */
export const usageBucketShape = z.object({ start: instantOut, counts: z.partialRecord(z.enum(COUNTED), z.int()) });
export type UsageBucketShape = z.output<typeof usageBucketShape>;

export const showUsageBucket = ({ start, counts }: FilledBucket<CountedVerdict>): UsageBucketShape => ({ start: start.toISOString(), counts: { ...counts } });

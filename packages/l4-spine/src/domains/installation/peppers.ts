import { pepperStandings } from '@hoc/l5-engines/pepper-standing';
import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { readOperation } from '../../kernel/operation.ts';
import { ok } from '../../kernel/result.ts';

const standing = z.object({
  id: z.string(), isCurrent: z.boolean(), isInFile: z.boolean(), keys: z.int(), tokens: z.int(),
  isRetirable: z.boolean().describe('Nothing in use is stored under it: its line may leave the file once that is so on every server.'),
});

/** How far the installation has come from one pepper to the next: what is still stored under each. It reads every key. */
export const peppers = readOperation<ReadScope>()({
  address: ['installation.query', 'peppers'],
  anchor: null,
  planes: ['fdr'],
  permission: 'hoc:tokens.read',
  tenancy: 'platform',
  summary: 'Counts the keys and tokens in use under each pepper, and says which pepper may be retired.',
  input: z.strictObject({}),
  output: z.object({ items: z.array(standing) }),
  rejections: {},
  run: async ({ request: { now }, scope: { installation, pepperIds } }) => {
    const [opened, uses] = await Promise.all([installation.get(), installation.pepperCensus(now)]);
    return ok({ items: [...pepperStandings(pepperIds, opened?.pepperChecks ?? {}, uses)] });
  },
});

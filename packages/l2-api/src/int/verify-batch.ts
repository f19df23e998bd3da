import { parseInput } from '@hoc/l4-spine/kernel/parse';
import type { Denial, Result } from '@hoc/l4-spine/kernel/result';
import { z } from 'zod';
import { invalidInput } from '../http/refusals.ts';
import type { Composition } from '../http/route.ts';
import type { Address } from '../http/spine.ts';

/** The most items of one batch. */
export const MAX_ITEMS = 500;

const batch = z.strictObject({ items: z.array(z.unknown()).max(MAX_ITEMS) });

const VERIFY: Address = ['api_keys.query', 'verify'];

/**
 * Many verifications under one authentication, each the very operation that verifies one key, all at once.
 * The verdicts stand in the order of the items. One item that cannot be read refuses the batch before anything is taken from
 * anybody's meters, one that cannot be decided makes it an outage: no verdict is ever guessed.
 */
export const verifyBatch: Composition = {
  operations: [],
  summary: 'Verifies many tokens; the verdicts stand in the order of the questions. One that cannot be read refuses all of them, before any is asked.',
  input: (verify) => z.strictObject({ items: z.array(verify.input).max(MAX_ITEMS) }),
  output: (verify) => z.object({ results: z.array(verify.output) }),
  async run({ input, requestId, execute, errorsIn }) {
    const parsed = parseInput(batch, input);
    if (!parsed.ok) return { ok: false, denial: { ...invalidInput(parsed.errors), requestId } };
    const { items } = parsed.input;
    const errors = items.flatMap((item, index) => errorsIn(item).map(({ path, message }) => ({ path: `/items/${index}${path}`, message })));
    if (errors.length > 0) {
      // Who may not ask at all hears that, here as everywhere.
      const refused = await execute(VERIFY, { input: items.find((item) => errorsIn(item).length > 0) });
      return { ok: false, denial: !refused.ok && refused.denial.code !== 'INVALID_INPUT' ? refused.denial : { ...invalidInput(errors), requestId } };
    }
    const results = await Promise.all(items.map((item) => execute(VERIFY, { input: item })));
    const denial = denialOf(results);
    if (denial !== null) return { ok: false, denial };
    return { ok: true, value: { results: results.map((result) => (result.ok ? result.value : null)) }, replayed: false, requestId };
  },
};

/** What the batch is refused with: an outage before anything. */
function denialOf(results: readonly Result<unknown>[]): Denial | null {
  const denials = results.flatMap((result) => (result.ok ? [] : [result.denial]));
  return denials.find(({ status }) => status >= 500) ?? denials[0] ?? null;
}

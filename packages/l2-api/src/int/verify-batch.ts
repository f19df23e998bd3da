import { parseInput } from '@hoc/l4-spine/kernel/parse';
import type { Denial, InputError, Result } from '@hoc/l4-spine/kernel/result';
import { z } from 'zod';
import { invalidInput } from '../http/refusals.ts';
import type { Composition } from '../http/route.ts';

/** The most items of one batch. */
export const MAX_ITEMS = 500;

const batch = z.strictObject({ items: z.array(z.unknown()).max(MAX_ITEMS) });

/**
 * Many verifications under one authentication, each the very operation that verifies one key, all at once.
 * The verdicts stand in the order of the items. One item that cannot be read refuses the batch, one that cannot be
 * decided makes it an outage: no verdict is ever guessed.
 */
export const verifyBatch: Composition = {
  operations: [],
  input: (verify) => z.strictObject({ items: z.array(verify.input).max(MAX_ITEMS) }),
  output: (verify) => z.object({ results: z.array(verify.output) }),
  async run({ input, requestId, execute }) {
    const parsed = parseInput(batch, input);
    if (!parsed.ok) return { ok: false, denial: { ...invalidInput(parsed.errors), requestId } };
    const results = await Promise.all(parsed.input.items.map((item) => execute(['api_keys.query', 'verify'], { input: item })));
    const denial = denialOf(results);
    if (denial !== null) return { ok: false, denial };
    return { ok: true, value: { results: results.map((result) => (result.ok ? result.value : null)) }, replayed: false, requestId };
  },
};

/** What the batch is refused with: an outage before anything, then what is wrong with the input of every item. */
function denialOf(results: readonly Result<unknown>[]): Denial | null {
  const denials = results.flatMap((result, index) => (result.ok ? [] : [{ denial: result.denial, index }]));
  const [first] = denials;
  if (first === undefined) return null;
  const outage = denials.find(({ denial }) => denial.status >= 500);
  if (outage !== undefined) return outage.denial;
  const errors = denials.flatMap(({ denial, index }) => (denial.errors ?? []).map(({ path, message }): InputError => ({ path: `/items/${index}${path}`, message })));
  return errors.length === 0 ? first.denial : { ...first.denial, errors };
}

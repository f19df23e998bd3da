import type { Coalescer, Kind } from '../database/coalescer.ts';
import type { Statement } from '../database/sql.ts';
import { textNumber } from '../database/text-number.ts';

const ONE: Statement = { name: 'locator_truth.one', text: 'select 1, locator.tenant_id from tenant_locators as locator where locator.locator = $1' };
const MANY: Statement = {
  name: 'locator_truth.many',
  text: 'select question.number, locator.tenant_id from unnest($1::text[]) with ordinality as question (locator, number) join tenant_locators as locator on locator.locator = question.locator',
};

const LOCATOR_TRUTH: Kind<string, string | null> = {
  what: 'locators',
  numberOf: textNumber,
  isSame: (one, other) => one === other,
  ask: (locators) => {
    const [first] = locators;
    return locators.length === 1 && first !== undefined ? { statement: ONE, params: [first] } : { statement: MANY, params: [[...locators]] };
  },
  answers: (rows, locators) => {
    const found: (string | null)[] = locators.map(() => null);
    for (const [number, tenantId] of rows) found[Number(number) - 1] = tenantId ?? null;
    return found;
  },
};

/**
 * Which tenant a locator leads to, asked in the same waves as the truth about keys: tokens whose locator leads nowhere are asked about each time,
 * and whoever makes them up waits in the same bounded queue, and no longer than everybody else.
 */
export class LocatorTruthReader {
  readonly #ask: (locator: string) => Promise<string | null>;

  constructor(waves: Coalescer) {
    this.#ask = waves.of(LOCATOR_TRUTH);
  }

  /**
   * The tenant that a locator leads to, for ever; null where it leads nowhere. It never proves anything.
   * @throws OutageError where no answer came in time, or too many are waiting; and what the database throws
   */
  resolve(locator: string): Promise<string | null> {
    return this.#ask(locator);
  }
}

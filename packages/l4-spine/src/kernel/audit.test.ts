import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AUDIT_OUTCOMES, genesisHash, hashOf, link, verifyChain, type AuditEntry, type AuditHead, type ChainVerdict } from './audit.ts';
import { MODES } from './mode.ts';

type Unlinked = Parameters<typeof link>[2];

const unlinked = (n: number): Unlinked => ({
  at: new Date(Date.UTC(2026, 0, 1, 0, 0, n, 7)), actor: { plane: 'cus', id: 'key_1', name: 'Ada' }, address: 'library.write', method: 'add',
  anchor: 'book.add', outcome: 'COMMITTED', subject: `book_${n}`, invariants: [{ id: 'BI-BOOK-001', mode: 'STRICT', outcome: 'HELD' }], requestId: `req_${n}`,
});

function chainOf(tenantId: string, entries: readonly Unlinked[]): AuditEntry[] {
  const chain: AuditEntry[] = [];
  for (const entry of entries) chain.push(link(tenantId, headOf(chain), entry));
  return chain;
}

const chainOfLength = (tenantId: string, length: number): AuditEntry[] => chainOf(tenantId, Array.from({ length }, (_, index) => unlinked(index + 1)));

function headOf(chain: readonly AuditEntry[]): AuditHead | null {
  const last = chain.at(-1);
  return last === undefined ? null : { seq: last.seq, hash: last.hash };
}

async function* inPages(chain: readonly AuditEntry[], size: number): AsyncGenerator<readonly AuditEntry[]> {
  for (let start = 0; start < chain.length; start += size) yield chain.slice(start, start + size);
}

const verify = (chain: readonly AuditEntry[], head: AuditHead | null, pageSize = 3): Promise<ChainVerdict> => verifyChain('tnt_a', head, inPages(chain, pageSize));

describe('a link', () => {
  test('has the next number, the hash of the entry before, and its own hash', () => {
    const [first, second] = chainOfLength('tnt_a', 2);
    expect(first).toMatchObject({ seq: 1, prevHash: genesisHash('tnt_a') });
    expect(second).toMatchObject({ seq: 2, prevHash: first?.hash });
    expect(second?.hash).toBe(second && hashOf(second));
  });

  // Computed apart from this code, by Python's json.dumps(sort_keys=True, separators=(',', ':')) and hashlib.
  test('hashes to the value that anyone else computes', () => {
    expect(genesisHash('tnt_a')).toBe('20500dd9ff8cded0d65a554fa4416ea903a3da5754dab5bcc51af40edbf76e70');
    expect(chainOfLength('tnt_a', 1)[0]?.hash).toBe('aefea0321f53ca9618978eff9a138a220f9c9b6510acc72dc50f3e53f5acd514');
  });

  test('does not depend on the order in which storage gives the fields back', () => {
    const [entry] = chainOfLength('tnt_a', 1);
    if (entry === undefined) throw new Error('unreachable');
    const { actor: { plane, id, name }, ...rest } = entry;
    const turned = Object.fromEntries(Object.entries({ ...rest, actor: { name, id, plane } }).toReversed()) as unknown as AuditEntry;
    expect(hashOf(turned)).toBe(entry.hash);
  });
});

describe('a chain verifies', () => {
  test.each([0, 1, 3, 7])('with %i entries, whatever the pages', async (length) => {
    const chain = chainOfLength('tnt_a', length);
    for (const pageSize of [1, 2, 3, 100]) {
      expect(await verify(chain, headOf(chain), pageSize)).toEqual({ valid: true, entries: length, head: headOf(chain) });
    }
  });
});

describe('a chain does not verify', () => {
  const chain = chainOfLength('tnt_a', 7);
  const head = headOf(chain);

  test('with an entry edited', async () => {
    const edited = chain.with(3, { ...(chain[3] as AuditEntry), subject: 'book_99' });
    expect(await verify(edited, head)).toEqual({ valid: false, entries: 3, head, firstInvalidSeq: 4, reason: 'entry 4 was changed after it was written' });
  });

  test('with an entry edited and its hash made to fit', async () => {
    const forged = { ...(chain[3] as AuditEntry), subject: 'book_99' };
    const edited = chain.with(3, { ...forged, hash: hashOf(forged) });
    expect(await verify(edited, head)).toMatchObject({ valid: false, entries: 4, firstInvalidSeq: 5, reason: 'entry 5 does not link to the one before it' });
  });

  test('with the last entry edited and its hash made to fit: the head says otherwise', async () => {
    const forged = { ...(chain[6] as AuditEntry), subject: 'book_99' };
    const edited = chain.with(6, { ...forged, hash: hashOf(forged) });
    expect(await verify(edited, head)).toMatchObject({ valid: false, firstInvalidSeq: 7, reason: 'the last entry is not the one that the head names' });
  });

  test('with an entry deleted', async () => {
    expect(await verify(chain.toSpliced(2, 1), head)).toMatchObject({ valid: false, entries: 2, firstInvalidSeq: 3, reason: 'entry 3 is missing' });
    expect(await verify(chain.slice(1), head)).toMatchObject({ valid: false, entries: 0, firstInvalidSeq: 1, reason: 'entry 1 is missing' });
  });

  test('with an entry deleted and the others numbered anew', async () => {
    const renumbered = chain.toSpliced(2, 1).map((entry, index) => ({ ...entry, seq: index + 1 }));
    expect(await verify(renumbered, head)).toMatchObject({ valid: false, firstInvalidSeq: 3, reason: 'entry 3 does not link to the one before it' });
  });

  test('with two entries in the other order', async () => {
    const [third, fourth] = [chain[2] as AuditEntry, chain[3] as AuditEntry];
    expect(await verify(chain.toSpliced(2, 2, fourth, third), head)).toMatchObject({ valid: false, firstInvalidSeq: 3 });
    expect(await verify(chain.toSpliced(2, 2, { ...fourth, seq: 3 }, { ...third, seq: 4 }), head)).toMatchObject({ valid: false, firstInvalidSeq: 3 });
  });

  test('with its tail cut', async () => {
    expect(await verify(chain.slice(0, 5), head)).toEqual({
      valid: false, entries: 5, head, firstInvalidSeq: 6, reason: 'the chain ends at entry 5, its head says 7',
    });
    expect(await verify([], head)).toMatchObject({ valid: false, entries: 0, firstInvalidSeq: 1 });
  });

  test('with more entries than its head knows of, or with no head at all', async () => {
    expect(await verify(chain, headOf(chain.slice(0, 5)))).toMatchObject({ valid: false, firstInvalidSeq: 6, reason: 'the chain goes on after its head, entry 5' });
    expect(await verify(chain, null)).toMatchObject({ valid: false, firstInvalidSeq: 1, reason: 'the chain has entries and no head' });
  });

  test('with an entry of another tenant spliced in, or as another tenant\'s chain', async () => {
    const other = chainOfLength('tnt_b', 7);
    expect(await verify(chain.with(4, other[4] as AuditEntry), head)).toMatchObject({ valid: false, firstInvalidSeq: 5 });
    expect(await verify(other, headOf(other))).toMatchObject({ valid: false, entries: 0, firstInvalidSeq: 1, reason: 'entry 1 does not link to the one before it' });
  });

  test('after any one change to any field of any entry', async () => {
    const change = fc.oneof(
      fc.record({ field: fc.constant('outcome' as const), value: fc.constantFrom(...AUDIT_OUTCOMES) }),
      fc.record({ field: fc.constantFrom('address', 'method', 'anchor', 'requestId', 'hash', 'prevHash'), value: fc.string({ unit: 'grapheme' }) }),
      fc.record({ field: fc.constant('subject' as const), value: fc.option(fc.string({ unit: 'grapheme' })) }),
      fc.record({ field: fc.constant('seq' as const), value: fc.nat({ max: 10 }) }),
      fc.record({ field: fc.constant('at' as const), value: fc.date({ noInvalidDate: true }) }),
      fc.record({ field: fc.constant('actor' as const), value: fc.record({ plane: fc.constantFrom('cus', 'fdr', 'int'), id: fc.constantFrom('key_1', 'key_2'), name: fc.constantFrom('Ada', 'Eve') }) }),
      fc.record({ field: fc.constant('invariants' as const), value: fc.array(fc.record({ id: fc.constantFrom('BI-BOOK-001', 'BI-BOOK-002'), mode: fc.constantFrom(...MODES), outcome: fc.constantFrom('HELD', 'BROKEN') })) }),
    );
    await fc.assert(fc.asyncProperty(fc.nat({ max: 6 }), change, async (index, { field, value }) => {
      const entry = chain[index] as AuditEntry;
      const changed = { ...entry, [field]: value };
      fc.pre(JSON.stringify(changed) !== JSON.stringify(entry));
      const verdict = await verify(chain.with(index, changed), head);
      expect(verdict.valid).toBe(false);
      // At the entry itself, or at the next, or at the head where the hash of the last was changed.
      if (!verdict.valid) expect([index + 1, index + 2]).toContain(verdict.firstInvalidSeq);
    }));
  });

  test('after any cut, deletion or exchange of entries', async () => {
    await fc.assert(fc.asyncProperty(fc.shuffledSubarray(chain), fc.integer({ min: 1, max: 8 }), async (entries, pageSize) => {
      const isWhole = entries.length === chain.length && entries.every((entry, index) => entry === chain[index]);
      expect((await verify(entries, head, pageSize)).valid).toBe(isWhole);
    }));
  });
});

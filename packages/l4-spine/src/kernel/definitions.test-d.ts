import { z } from 'zod';
import { fact } from './fact.ts';
import { stateInvariant, transitionInvariant } from './invariant.ts';
import { aheadWriteOperation, decideAheadOperation, decideOperation, readOperation, writeOperation, type AnyOperation, type DecideOperation, type ReadOperation, type WriteOperation } from './operation.ts';
import type { Transaction } from './ports.ts';
import { denied, ok, reject, type Result } from './result.ts';

// Checked by tsc alone: each @ts-expect-error is a wrong program that must not compile.

interface Reader {
  status(): Promise<'OPEN' | 'CLOSED' | null>;
}
interface Writer extends Reader {
  insert(title: string): Promise<{ id: string }>;
}

const status = fact({ name: 'status', lock: 'share', resolve: (scope: Writer) => scope.status() });
const byTitle = fact({ name: 'byTitle', lock: 'none', resolve: async (_scope: Writer, request: { readonly input: { readonly title: string } }) => request.input.title.length });

const rule = { severity: 'HIGH', status: 409, condition: 'c', remediation: 'r' } as const;
const open = stateInvariant({ ...rule, id: 'BI-BOOK-001', guards: ['book.add', 'book.lend'], needs: [status], holds: (facts) => facts.status === 'OPEN' || 'it is closed', scan: async (_scope: Reader) => [] });
const ofAnotherAnchor = transitionInvariant({ ...rule, id: 'BI-BOOK-002', guards: ['book.burn'], needs: [], holds: () => true });
const titled = transitionInvariant({ ...rule, id: 'BI-BOOK-003', guards: ['book.add'], needs: [byTitle], holds: (facts) => facts.byTitle > 0 || 'it has no title' });
const ofTheInput = transitionInvariant({
  ...rule, id: 'BI-BOOK-004', guards: ['book.add'], needs: [], holds: (_facts, request: { readonly input: { readonly title: string } }) => request.input.title !== '' || 'no title',
});

const base = { planes: ['cus'], permission: 'p', tenancy: 'tenant', summary: 's', whenDegraded: 'refused', rejections: { TOO_LATE: { status: 410, title: 'Too late' } }, subject: () => null } as const;
const add = { ...base, address: ['books.write', 'add'], anchor: 'book.add', input: z.strictObject({ title: z.string() }), output: z.object({ id: z.string() }) } as const;

export const sound: unknown = writeOperation<Writer>()({
  ...add, invariants: [open, titled, ofTheInput],
  run: async ({ facts, scope, request }) => {
    const found: 'OPEN' | 'CLOSED' | null = facts.status;
    const length: number = facts.byTitle;
    return found === null || length === 0 ? reject('TOO_LATE', 'x') : ok(await scope.insert(request.input.title));
  },
});

export const guardedByAnotherAnchor: unknown = writeOperation<Writer>()({
  ...add,
  // @ts-expect-error an invariant of another anchor cannot guard this write
  invariants: [ofAnotherAnchor],
  run: async ({ scope }) => ok(await scope.insert('x')),
});

export const oneOfTheInvariantsOfAnotherAnchor: unknown = writeOperation<Writer>()({
  ...add,
  // @ts-expect-error also not beside one that may
  invariants: [open, ofAnotherAnchor],
  run: async ({ scope }) => ok(await scope.insert('x')),
});

export const inputThatAFactCannotRead: unknown = writeOperation<Writer>()({
  ...add, input: z.strictObject({ name: z.string() }),
  // @ts-expect-error the fact needs an input with a title
  invariants: [titled],
  run: async ({ scope }) => ok(await scope.insert('x')),
});

export const inputThatAnInvariantCannotRead: unknown = writeOperation<Writer>()({
  ...add, input: z.strictObject({ title: z.int() }),
  // @ts-expect-error the check needs an input whose title is a string
  invariants: [ofTheInput],
  run: async ({ scope }) => ok(await scope.insert('x')),
});

export const factThatNobodyBrings: unknown = writeOperation<Writer>()({
  ...add, invariants: [open],
  run: async ({ facts, scope }) => {
    // @ts-expect-error none of the invariants needs this fact
    void facts.byTitle;
    return ok(await scope.insert('x'));
  },
});

export const factOfAWriteWithoutInvariants: unknown = writeOperation<Writer>()({
  ...add, invariants: [], exemption: { reason: 'x' },
  run: async ({ facts, scope }) => {
    // @ts-expect-error without invariants there are no facts
    void facts.status;
    return ok(await scope.insert('x'));
  },
});

export const factThatAnInvariantDoesNotNeed: unknown = transitionInvariant({
  ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [status],
  // @ts-expect-error a check sees the facts that it names, and no others
  holds: (facts) => facts.byTitle > 0 || 'x',
});

export const factTakenForAnotherType: unknown = transitionInvariant({
  ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [status],
  // @ts-expect-error the type of a fact is what its resolver answers: there is no such status
  holds: (facts) => facts.status === 'SHUT' || 'x',
});

export const factThatIsWritten: unknown = writeOperation<Writer>()({
  ...add, invariants: [open],
  run: async ({ facts, scope, request }) => {
    // @ts-expect-error facts are read only
    facts.status = 'OPEN';
    // @ts-expect-error and so is the request
    request.tenantId = 'tnt_b';
    return ok(await scope.insert('x'));
  },
});

export const asyncCheck: unknown = transitionInvariant({
  ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [status],
  // @ts-expect-error a check is a pure function of what was read: it cannot wait for anything
  holds: async () => true,
});

export const vagueCheck: unknown = transitionInvariant({
  ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [status],
  // @ts-expect-error a check that fails says why: false is no answer
  holds: (facts) => facts.status === 'OPEN',
});

export const scanOfATransition: unknown = transitionInvariant({
  ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [], holds: () => true,
  // @ts-expect-error what needs the request or the actor cannot be scanned
  scan: async () => [],
});

// @ts-expect-error a state invariant is a query over stored rows as well
export const stateWithoutScan: unknown = stateInvariant({ ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [], holds: () => true });

// @ts-expect-error an id names a rule: BI-<DOMAIN>-<number>
export const idOfNoForm: unknown = transitionInvariant({ ...rule, id: 'BOOK-5', guards: ['book.add'], needs: [], holds: () => true });

export const undeclaredRejection: unknown = writeOperation<Writer>()({
  ...add, invariants: [open],
  // @ts-expect-error the operation does not declare this code
  run: async () => reject('NEVER_DECLARED', 'x'),
});

export const writeOnAQueryAddress: unknown = writeOperation<Writer>()({
  ...add,
  // @ts-expect-error a write stands on an address that ends in .write
  address: ['books.query', 'add'], invariants: [open],
  run: async ({ scope }) => ok(await scope.insert('x')),
});

export const writeThatEndsItsTransaction: unknown = writeOperation<Writer>()({
  ...add, invariants: [open],
  run: async ({ scope }) => {
    // @ts-expect-error the scope of a write cannot commit
    void scope.commit;
    // @ts-expect-error nor roll back
    void scope.rollback;
    return ok(await scope.insert('x'));
  },
});

export const readThatWrites: unknown = readOperation<Reader>()({
  ...base, address: ['books.query', 'get'], anchor: null, input: z.strictObject({}), output: z.unknown(),
  run: async ({ scope }) => {
    // @ts-expect-error the scope of a read has no function that writes
    void scope.insert;
    return ok(await scope.status());
  },
});

export const decisionThatWrites: unknown = decideOperation<Reader>()({
  ...base, address: ['books.query', 'decide'], input: z.strictObject({}), output: z.unknown(),
  run: async ({ scope, request }) => {
    // @ts-expect-error the scope of a decision has no function that writes
    void scope.insert;
    // @ts-expect-error a decision may be asked by nobody in particular
    void request.principal.id;
    return ok(await scope.status());
  },
});

export const scanThatWrites: unknown = stateInvariant({
  ...rule, id: 'BI-BOOK-005', guards: ['book.add'], needs: [], holds: () => true,
  scan: async (scope: Reader) => {
    // @ts-expect-error a scan only reads
    void scope.insert;
    return [];
  },
});

/** A secret's first answer and its replay are two things, and the types of the parts hang together. */
export const answerOfAnotherShape: unknown = writeOperation<Writer>()({
  ...add, invariants: [open],
  // @ts-expect-error the answer is what `output` says
  run: async () => ok({ title: 'x' }),
});

declare const result: Result<{ readonly id: string }>;
// @ts-expect-error an answer has a value only once it is known to be one
export const unchecked: unknown = result.value;
// @ts-expect-error a denial cannot be changed
if (!result.ok) result.denial.code = 'OK';
export const denial: Result<never> = denied({ code: 'X', status: 409, detail: 'x', requestId: 'r' });

declare const tx: Transaction<Writer>;
// @ts-expect-error the scope is the storage's to give, not to replace
tx.scope = { ...tx.scope };

/** Every operation can be registered, whatever it rejects with, whatever its scope, input and answer. */
export const registrable = (
  write: WriteOperation<Writer, 'books.write', 'add', 'book.add', typeof add.input, { readonly id: string }, readonly [typeof open], typeof base.rejections>,
  read: ReadOperation<Reader, 'books.query', 'get', typeof add.input, string, typeof base.rejections>,
  decide: DecideOperation<Reader, 'books.query', 'decide', typeof add.input, string, typeof base.rejections>,
): readonly AnyOperation[] => [write, read, decide];

export const calledByNobody = (operation: AnyOperation): unknown =>
  // @ts-expect-error who does not know which operation it is cannot run it
  operation.run({});

const ahead = { address: ['books.query', 'verify'], planes: ['int'], permission: 'p', summary: 's', rejections: {}, input: z.strictObject({ title: z.string() }), output: z.string() } as const;

export const askingAhead: unknown = decideAheadOperation<Writer, Reader>()({
  ...ahead,
  ahead: ({ scope, input }) => scope.status().then((found) => `${found ?? ''} ${input.title}`),
  run: async ({ ahead: told, scope }) => {
    const text: string = await told;
    return ok((await scope.insert(text)).id);
  },
});

export const askingAheadWithAnEffect: unknown = decideAheadOperation<Writer, Reader>()({
  ...ahead,
  ahead: async ({ scope }) => {
    // @ts-expect-error who calls is not known yet: what is asked ahead cannot write
    void scope.insert;
    return 'x';
  },
  run: async ({ ahead: told }) => ok(await told),
});

export const readingAheadMoreThanThereIs: unknown = decideAheadOperation<Reader, Reader>()({
  ...ahead,
  ahead: ({ scope }) => scope.status(),
  run: async ({ ahead: told }) => {
    // @ts-expect-error what was asked ahead is what `ahead` answers
    const text: string = await told;
    return ok(text);
  },
});

export const writingWithWhatWasAskedAhead: unknown = aheadWriteOperation<Writer, Reader>()({
  ...add, invariants: [open],
  ahead: ({ scope, request }) => scope.status().then((found) => `${found ?? ''} ${request.input.title}`),
  run: async ({ ahead: told, scope }) => {
    const text: string = await told;
    return ok(await scope.insert(text));
  },
});

export const writingAhead: unknown = aheadWriteOperation<Writer, Reader>()({
  ...add, invariants: [open],
  ahead: async ({ scope }) => {
    // @ts-expect-error no rule has allowed the write yet: what is asked ahead cannot write
    void scope.insert;
    return 'x';
  },
  run: async ({ ahead: told, scope }) => ok(await scope.insert(await told)),
});

export const askingAheadWhereNobodyListens: unknown = writeOperation<Writer>()({
  ...add, invariants: [open],
  // @ts-expect-error a write that asks ahead is defined by aheadWriteOperation
  ahead: async () => 'x',
  run: async ({ scope }) => ok(await scope.insert('x')),
});

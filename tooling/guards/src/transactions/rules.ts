import type { Rule } from '../core/guard.ts';

/** What the guard of transactions demands. */
export const RULES: readonly Rule[] = [
  {
    id: 'transactions/control-call',
    title: 'Only the unit of work begins, commits or rolls back.',
    why: 'A transaction that a handler ends is one whose record, invariants and answer are no longer in it: half of a write is kept, and nobody knows.',
    instead: 'Return what shall be written, or throw: the kernel opens the one transaction of a write, and ends it. Work that needs another one is another operation.',
  },
  {
    id: 'transactions/control-import',
    title: 'What controls transactions is imported by those who open them alone.',
    why: 'Whoever holds the unit of work can open a transaction that no invariant is checked in.',
    instead: 'Define an operation and dispatch it; the composition root is the one place that hands the unit of work to the kernel.',
  },
  {
    id: 'transactions/raw-sql',
    title: 'No text but the unit of work\'s begins or ends a transaction, or says whose rows it sees.',
    why: 'A statement sent as text passes every type: it ends the transaction under the kernel, or shows the rows of another tenant.',
    instead: 'Send statements on rows, by the drivers in the scope. The unit of work alone begins, ends and sets the tenant.',
  },
  {
    id: 'transactions/type-in-signature',
    title: 'No signature outside the kernel and the drivers speaks of a transaction.',
    why: 'A function that takes a transaction will be called with one, and then decides when it ends.',
    instead: 'Take the values that are needed, or the scope that operations get: it has no way to end a transaction.',
  },
  {
    id: 'transactions/foreign-io',
    title: 'Nothing but the transaction\'s own statements is waited for inside a write.',
    why: 'Locks are held while it waits, and what was sent to others is not undone when the write rolls back.',
    instead: 'Ask before the write and bring the answer as input, or tell an outbox in the transaction and act on it after the commit.',
  },
  {
    id: 'transactions/opaque-write',
    title: 'What a write does is written down where it is defined.',
    why: 'Of a definition that is made in a detour nobody can tell what runs inside its transaction: it is judged by nobody.',
    instead: 'Call the factory by its name, with the definition written there or in a constant.',
  },
  {
    id: 'transactions/unused-permission',
    title: 'Whoever may do what others may not does it.',
    why: 'A permission that nobody needs is room for whoever comes next, and no one will look at what fills it.',
    instead: 'Take it out of `transactions.allowed`; write it anew, with its reason, when something needs it.',
  },
];

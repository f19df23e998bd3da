import type { RejectionKind } from '../kernel/operation.ts';
import { reject, type Rejection } from '../kernel/result.ts';

/** Declares that an operation may answer that a thing is not there, or is another tenant's: nobody can tell which. */
export const NOT_FOUND = { NOT_FOUND: { status: 404, title: 'Not found' } } as const satisfies Record<string, RejectionKind>;

/** The answer itself. INVARIANT: its bytes are those of the kernel's own NOT_FOUND; a test holds them together. */
export const notFound = (): { readonly ok: false; readonly rejection: Rejection<'NOT_FOUND'> } => reject('NOT_FOUND', 'There is no such thing here.');

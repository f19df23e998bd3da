/** The database cannot be asked, or has not answered in time. Never a verdict: the caller says 503 and the client asks again. */
export class OutageError extends Error {
  override readonly name = 'OutageError';
}

/** The database was asked, and has not answered in time: whether it did what it was asked, nobody knows. */
export class UnansweredError extends OutageError {}

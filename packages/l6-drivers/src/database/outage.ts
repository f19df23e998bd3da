/** The database cannot be asked, or has not answered in time. Never a verdict: the caller says 503 and the client asks again. */
export class OutageError extends Error {
  override readonly name = 'OutageError';
}

/**
 * The server has committed a transaction although something of it had failed, on our side and too late to be seen: what stands is not what was
 * to stand, and nobody may be told that nothing does. The cause is a bug of ours.
 */
export class CommittedRegardlessError extends OutageError {}

/** The database was asked, and has not answered in time: whether it did what it was asked, nobody knows. */
export class UnansweredError extends OutageError {}

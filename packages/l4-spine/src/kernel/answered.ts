/**
 * Waits for all statements that were sent together. Throws what the first one of them that failed, in the order of sending, has failed with: those
 * behind it fail because of it, and may say so sooner.
 */
export async function answered(sent: readonly Promise<unknown>[]): Promise<void> {
  const failure = (await Promise.allSettled(sent)).find(({ status }) => status === 'rejected');
  if (failure?.status === 'rejected') throw failure.reason;
}

/** Whether the server itself says that a statement has failed: then it was undone. Of a lost connection, or of a server that ends, nobody knows. */
export const isRefusal = (error: unknown): boolean => error instanceof Error && 'severity' in error && error.severity === 'ERROR';

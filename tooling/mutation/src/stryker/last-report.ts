import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** As much of Stryker's incremental report as is looked at here. */
interface Report {
  readonly files: Readonly<Record<string, { readonly mutants: readonly { readonly status: string }[] }>>;
}

const NOTICED = ['Killed', 'Timeout', 'Ignored'];

/**
 * Takes what no test noticed out of what the next run takes over, so that it is tried again. Stryker would do so only where it
 * sees a new test that covers the mutant, and of a mutant that is hit while a module is loaded it cannot see that.
 */
export function forgetSurvivors(file: string): void {
  if (existsSync(file)) writeFileSync(file, withoutSurvivors(readFileSync(file, 'utf8')));
}

/** The text of a report without its survivors, and without mutants that no test could be asked about. */
export function withoutSurvivors(text: string): string {
  // Stryker's own format (mutation-testing-report-schema).
  const report = JSON.parse(text) as Report;
  const files = Object.entries(report.files).map(([name, file]) => [name, { ...file, mutants: file.mutants.filter(({ status }) => NOTICED.includes(status)) }]);
  return JSON.stringify({ ...report, files: Object.fromEntries(files) as Report['files'] });
}

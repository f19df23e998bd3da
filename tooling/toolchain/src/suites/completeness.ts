/** One test file that a run executed, and how its tests ended. */
export interface RanFile {
  /** The path from the repository's root, with forward slashes. */
  readonly path: string;
  readonly project: string;
  readonly tests: number;
  /** Full names of tests that did not run: skipped, or only noted as to do. */
  readonly left: readonly string[];
}

/** Test files of the repository, as a person would count them: by their name. */
export const TEST_FILES = '{packages,apps,tooling}/*/{src,test}/**/*.test.{ts,tsx}';

/**
 * A green run says little if something was left out of it.
 * @param projects the configured projects
 * @param existing every test file on the disk
 * @returns one sentence per thing that was left out; none when everything ran
 */
export function leftOut(projects: readonly string[], existing: readonly string[], ran: readonly RanFile[]): readonly string[] {
  const faults: string[] = [];
  for (const project of projects) {
    if (!ran.some((file) => file.project === project)) faults.push(`project ${project} found no test file: correct its include in vitest.config.ts`);
  }
  for (const path of existing) {
    const projectsOfIt = ran.filter((file) => file.path === path).map((file) => file.project);
    if (projectsOfIt.length === 0) faults.push(`${path} belongs to no project of vitest.config.ts, so it never runs`);
    if (projectsOfIt.length > 1) faults.push(`${path} runs in ${projectsOfIt.join(' and ')}: one project is enough`);
  }
  for (const { path, tests, left } of ran) {
    if (tests === 0) faults.push(`${path} has no test`);
    for (const name of left) faults.push(`${path}: "${name}" was skipped. Make it run, or remove it`);
  }
  return faults;
}

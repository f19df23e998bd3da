/** What one lint rule must refuse, and what looks alike and must pass. */
export interface LintPlant {
  /** As oxlint reports it: `plugin(rule)`. */
  readonly rule: string;
  readonly violation: string;
  readonly nearMiss: string;
}

/** The rules that the house style leans on. The first five need types: they pass in silence when tsgolint does not run. */
export const LINT_PLANTS: readonly LintPlant[] = [
  {
    rule: 'typescript(no-floating-promises)',
    violation: 'async function commit(): Promise<void> {}\nexport function run(): void {\n  commit();\n}\n',
    nearMiss: 'async function commit(): Promise<void> {}\nexport async function run(): Promise<void> {\n  await commit();\n}\n',
  },
  {
    rule: 'typescript(no-misused-promises)',
    violation: 'async function holds(): Promise<boolean> {\n  return false;\n}\nexport const verdict = (): string => (holds() ? "yes" : "no");\n',
    nearMiss: 'async function holds(): Promise<boolean> {\n  return false;\n}\nexport const verdict = async (): Promise<string> => ((await holds()) ? "yes" : "no");\n',
  },
  {
    rule: 'typescript(switch-exhaustiveness-check)',
    violation: 'export function say(mode: "MONITOR" | "STRICT"): string {\n  switch (mode) {\n    case "STRICT":\n      return "blocks";\n  }\n  return "";\n}\n',
    nearMiss:
      'export function say(mode: "MONITOR" | "STRICT"): string {\n  switch (mode) {\n    case "STRICT":\n      return "blocks";\n    case "MONITOR":\n      return "records";\n  }\n}\n',
  },
  {
    rule: 'typescript(only-throw-error)',
    violation: 'export function fail(): never {\n  throw "no";\n}\n',
    nearMiss: 'export function fail(): never {\n  throw new Error("no");\n}\n',
  },
  {
    rule: 'typescript(no-unsafe-assignment)',
    violation: 'export const read = (text: string): string => {\n  const { name } = JSON.parse(text);\n  return String(name);\n};\n',
    nearMiss: 'export const read = (text: string): string => {\n  const parsed: unknown = JSON.parse(text);\n  return String(parsed);\n};\n',
  },
  {
    rule: 'typescript(no-explicit-any)',
    violation: 'export const size = (value: any): string => typeof value;\n',
    nearMiss: 'export const size = (value: unknown): string => typeof value;\n',
  },
  {
    rule: 'typescript(no-non-null-assertion)',
    violation: 'export const first = (list: readonly string[]): string => list[0]!;\n',
    nearMiss: 'export const first = (list: readonly string[]): string => list[0] ?? "";\n',
  },
  {
    rule: 'typescript(consistent-type-imports)',
    violation: "import { Stats } from 'node:fs';\nexport type Size = Stats['size'];\n",
    nearMiss: "import type { Stats } from 'node:fs';\nexport type Size = Stats['size'];\n",
  },
  {
    rule: 'import(no-default-export)',
    violation: 'const limit: number = 5;\nexport default limit;\n',
    nearMiss: 'export const limit: number = 5;\n',
  },
  {
    rule: 'import(no-unassigned-import)',
    violation: "import 'node:fs';\nexport const limit: number = 5;\n",
    nearMiss: "import { constants } from 'node:fs';\nexport const limit: number = constants.F_OK;\n",
  },
  {
    rule: 'unicorn(prefer-node-protocol)',
    violation: "import { join } from 'path';\nexport const folder: string = join('a', 'b');\n",
    nearMiss: "import { join } from 'node:path';\nexport const folder: string = join('a', 'b');\n",
  },
  {
    rule: 'node(no-process-env)',
    violation: "export const port = (): string | undefined => process.env['HOC_PORT'];\n",
    nearMiss: "export const port = (env: NodeJS.ProcessEnv): string | undefined => env['HOC_PORT'];\n",
  },
  {
    rule: 'eslint(no-console)',
    violation: 'export const say = (): void => console.log("key");\n',
    nearMiss: 'export const say = (log: (text: string) => void): void => log("key");\n',
  },
  {
    rule: 'eslint(no-restricted-globals)',
    violation: "export const ask = async (url: string): Promise<number> => (await fetch(url)).status;\n",
    nearMiss: 'export const ask = async (fetch: (url: string) => Promise<number>, url: string): Promise<number> => fetch(url);\n',
  },
  {
    rule: 'vitest(no-focused-tests)',
    violation: "import { expect, test } from 'vitest';\ntest.only('one', () => expect(1).toBe(1));\n",
    nearMiss: "import { expect, test } from 'vitest';\ntest('one', () => expect(1).toBe(1));\n",
  },
  {
    rule: 'vitest(no-disabled-tests)',
    violation: "import { expect, test } from 'vitest';\ntest.skip('one', () => expect(1).toBe(1));\n",
    nearMiss: "import { expect, test } from 'vitest';\ntest('one', () => expect(1).toBe(1));\n",
  },
  {
    rule: 'vitest(warn-todo)',
    violation: "import { test } from 'vitest';\ntest.todo('one');\n",
    nearMiss: "import { expect, test } from 'vitest';\ntest('one', () => expect(1).toBe(1));\n",
  },
  {
    rule: 'vitest(no-commented-out-tests)',
    violation: "import { expect, test } from 'vitest';\n// test('two', () => expect(1).toBe(1));\ntest('one', () => expect(1).toBe(1));\n",
    nearMiss: "import { expect, test } from 'vitest';\n// The one that there is.\ntest('one', () => expect(1).toBe(1));\n",
  },
];

import type { TestDatabase } from '@hoc/testbed/databases';

/** What is taken out of a function, to see that a test notices. */
export interface Fault {
  readonly says: string;
  /** What stands there once, and what stands there instead. */
  readonly changes: readonly (readonly [replace: string, by: string])[];
}

/** Plants a fault in a function, the one that takes if no other is named; answers how to take it out again. Throws where it has no such place, or more than one. */
export async function plant(database: TestDatabase, { says, changes }: Fault, name = 'hoc_take'): Promise<() => Promise<void>> {
  const [row] = await database.asOwner<{ text: string }>(`select pg_get_functiondef($1::regproc) as text`, [name]);
  const text = row?.text ?? '';
  let faulty = text;
  for (const [replace, by] of changes) {
    const parts = faulty.split(replace);
    if (parts.length !== 2) throw new Error(`"${says}" cannot be planted: "${replace}" is there ${parts.length - 1} times`);
    faulty = parts.join(by);
  }
  await database.asOwner(faulty);
  return async () => {
    await database.asOwner(text);
  };
}

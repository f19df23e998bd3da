import type { CounterDelta } from '@hoc/l5-engines/api-keys/kind';
import type { WriteScope } from '@hoc/l5-engines/scope';
import type { KeyRow } from '../rows.ts';

/** Saves a key that is under update lock, at the version that an engine gave it; the key as it is stored then. */
export async function saveKey({ keys }: WriteScope, next: KeyRow): Promise<KeyRow> {
  const saved = await keys.save(next, next.version - 1);
  if (saved === null) throw new Error('a key changed under its lock');
  return saved;
}

/** Moves the counter of live keys as an engine decided; it is under lock since before the key. */
export async function moveCounter({ counters }: WriteScope, tenantId: string, { counter, delta }: CounterDelta): Promise<void> {
  if (delta !== 0) await counters.add(tenantId, counter, delta);
}

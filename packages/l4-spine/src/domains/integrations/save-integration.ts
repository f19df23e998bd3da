import type { WriteScope } from '@hoc/l5-engines/scope';
import type { IntegrationRow } from '../rows.ts';

/** Saves an integration that is under update lock, at the version that an engine gave it; the integration as it is stored then. */
export async function saveIntegration({ integrations }: WriteScope, next: IntegrationRow): Promise<IntegrationRow> {
  const saved = await integrations.save(next, next.version - 1);
  if (saved === null) throw new Error('an integration changed under its lock');
  return saved;
}

import type { Plant, Tree } from '../core/plant.ts';
import { HOUSE } from './planted-config.ts';

const unused = (disguise: string, violation: Tree, nearMiss: Tree): Plant => ({ rule: 'transactions/unused-permission', disguise, violation: { ...HOUSE, ...violation }, nearMiss: { ...HOUSE, ...nearMiss } });

/** What is allowed to files of the house that do not need it. */
export const UNUSED_PERMISSIONS: readonly Plant[] = [
  unused('the kernel opens nothing any more', { 'kernel/dispatch.ts': 'export async function dispatch(): Promise<void> {}\n' }, { 'kernel/dispatch.ts': "export const dispatch = (storage: { begin(): unknown }): unknown => storage['be' + 'gin']();\n" }),
  unused(
    'only words of it are left',
    { 'drivers/unit-of-work.ts': (HOUSE['drivers/unit-of-work.ts'] ?? '').replaceAll(/pool\.query\('(?:begin|commit)'\)/g, "pool.query('select 1 as begins')") },
    { 'drivers/unit-of-work.ts': (HOUSE['drivers/unit-of-work.ts'] ?? '').replaceAll(/pool\.query\('(?:begin|commit)'\)/g, "pool.query('select 1; commit')") },
  ),
];

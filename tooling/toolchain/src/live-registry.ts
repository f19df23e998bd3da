import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LiveInvariant, LiveOperation, LiveRegistry, LiveRoute } from '@hoc/guards/ownership/live-registry';
import { ROOT } from './root.ts';

/**
 * What the server registers and what its planes' facades dispatch: the very definitions that it composes, before a registry could
 * refuse them, so that a fault is reported at its place instead of ending the boot. Nothing is loaded before it is asked for.
 */
export async function liveRegistry(): Promise<LiveRegistry> {
  const [{ definitionsOf }, { cus }, { fdr }, { int }] = await Promise.all([
    import('@hoc/l4-spine/catalogue'),
    import('@hoc/l2-api/facades/cus'),
    import('@hoc/l2-api/facades/fdr'),
    import('@hoc/l2-api/facades/int'),
  ]);
  const { operations, invariants } = definitionsOf(() => []);
  return {
    operations: operations.map((operation): LiveOperation => ({
      address: operation.address[0], method: operation.address[1], kind: operation.kind,
      anchor: operation.kind === 'decide' ? null : operation.anchor,
      planes: [...operation.planes],
      invariants: operation.kind === 'decide' ? [] : (operation.invariants ?? []).map(({ id }) => id),
      exemption: operation.kind === 'write' ? (operation.exemption?.reason ?? null) : null,
      place: fromRoot(operation.place),
    })),
    invariants: invariants.map((invariant): LiveInvariant => ({
      id: invariant.id, kind: invariant.kind, guards: [...invariant.guards], severity: invariant.severity,
      // A scan that takes no scope can read no row.
      hasScan: 'scan' in invariant && typeof invariant.scan === 'function' && invariant.scan.length > 0,
      place: fromRoot(invariant.place),
    })),
    routes: [cus, fdr, int].flatMap(({ plane, routes }) =>
      routes.map(({ method, path, operation, composition }): LiveRoute => ({
        plane, method, path,
        dispatches: [operation, ...(composition?.operations ?? [])],
        // The guard finds the row; this is the table of tables.
        place: `packages/l2-api/src/facades/${plane}.ts`,
      }))),
  };
}

/** A call site, `file:///…:line`, as a path from the root. */
function fromRoot(place: string): string {
  const [, file, line] = /^(.*):(\d+)$/.exec(place) ?? [];
  if (file === undefined || line === undefined) return place;
  const path = file.startsWith('file:') ? fileURLToPath(file) : file;
  return `${relative(ROOT, path).split(sep).join('/')}:${line}`;
}

import { CannotRunError } from './cannot-run.ts';
import type { PlannedGuard } from './planned-guard.ts';

/** The guards that were asked for among those that are configured. @throws {CannotRunError} where one is not, or none is */
export function chosenOf(planned: readonly PlannedGuard[], only: readonly string[] | undefined): readonly PlannedGuard[] {
  const names = planned.map(({ guard }) => guard.name);
  const unknown = (only ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new CannotRunError(`no guard called ${unknown.join(', ')} is configured`, `Choose among ${names.join(', ')}; or configure it.`);
  const chosen = only === undefined ? planned : planned.filter(({ guard }) => only.includes(guard.name));
  if (chosen.length === 0) throw new CannotRunError('no guard is configured, so nothing is guarded', 'Add at least one of the guards to the configuration.');
  return chosen;
}

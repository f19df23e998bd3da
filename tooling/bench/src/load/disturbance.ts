import { readdirSync, readFileSync } from 'node:fs';

/** Of Linux's clock ticks; all its distributions have a hundred a second. */
interface Ticks {
  /** All processors, all that was done or could have been. */
  readonly all: number;
  /** What programs did, and what other machines took from this one. */
  readonly busy: number;
  /** What this process and those that it has started did. */
  readonly own: number;
}

/**
 * How much of the machine others had since `begin`, 0 to 1: programs that this bench has not started, and other machines on the same
 * iron. Null where the system does not say (it is read from Linux's /proc).
 */
export class Disturbance {
  readonly #begun: Ticks | null;

  private constructor(begun: Ticks | null) {
    this.#begun = begun;
  }

  static begin(): Disturbance {
    return new Disturbance(ticks());
  }

  share(): number | null {
    const now = ticks();
    if (now === null || this.#begun === null) return null;
    const all = now.all - this.#begun.all;
    return all <= 0 ? null : Math.max(0, now.busy - this.#begun.busy - (now.own - this.#begun.own)) / all;
  }
}

function ticks(): Ticks | null {
  try {
    const [user = 0, nice = 0, system = 0, idle = 0, waiting = 0, , , stolen = 0] = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.trim().split(/\s+/).slice(1).map(Number) ?? [];
    const busy = user + nice + system + stolen;
    // What the kernel does for nobody in particular, as for packets on the loopback, is in neither.
    return { all: busy + idle + waiting, busy, own: ownTicks() };
  } catch {
    return null;
  }
}

/** Of this process and all that descend from it. */
function ownTicks(): number {
  const processes = new Map<number, { readonly parent: number; readonly ticks: number }>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const found = statOf(name);
    if (found !== null) processes.set(Number(name), found);
  }
  const isOwn = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = processes.get(at)?.parent) {
      if (at === process.pid) return true;
    }
    return false;
  };
  return [...processes].reduce((total, [pid, one]) => (isOwn(pid) ? total + one.ticks : total), 0);
}

/** Null where it has ended meanwhile. */
function statOf(pid: string): { readonly parent: number; readonly ticks: number } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Its name may hold anything, but no parenthesis comes after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ').map(Number);
    return { parent: fields[1] ?? 0, ticks: (fields[11] ?? 0) + (fields[12] ?? 0) };
  } catch {
    return null;
  }
}

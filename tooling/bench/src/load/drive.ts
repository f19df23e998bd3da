import { setTimeout as sleep } from 'node:timers/promises';
import { Lane } from './lane.ts';
import type { Plan, RunReport } from './plan.ts';
import { questionsOf } from './questions.ts';
import { Tally } from './tally.ts';

const CONNECT_WITHIN_MS = 5000;
const ANSWERS_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 5;
const TICK_MS = 1;

/** Runs one plan in this process, and waits for what it has asked. */
export async function drive(plan: Plan): Promise<RunReport> {
  const { name, targets, asking, loop, connections, client = 'SOCKET', warmUpMs, measureMs, seed } = plan;
  const tally = new Tally();
  const sources = targets.map((target, at) => questionsOf(asking, target, seed + at));
  const pace = loop.kind === 'CLOSED' ? new ClosedLoop() : new OpenLoop(loop.perSecond, tally);
  const lanes = Array.from({ length: connections }, (_, at) => {
    const target = targets[at % targets.length];
    const source = sources[at % targets.length];
    if (target === undefined || source === undefined) throw new RangeError('a plan needs a target');
    return new Lane(target, source(), tally, (lane) => pace.free(lane), client);
  });
  try {
    await until(() => pace.connected >= connections, CONNECT_WITHIN_MS, () => `${name}: ${pace.connected} of ${connections} connections came about`);
    pace.start();
    await sleep(warmUpMs);
    tally.measure(true);
    const begun = performance.now();
    await sleep(measureMs);
    tally.measure(false);
    const measured = performance.now() - begun;
    pace.stop();
    await until(() => !lanes.some((lane) => lane.isWaiting), ANSWERS_WITHIN_MS, () => `${name}: questions stayed without an answer`);
    return tally.report(name, measured);
  } finally {
    pace.stop();
    for (const lane of lanes) lane.close();
  }
}

async function until(isSo: () => boolean, withinMs: number, problem: () => string): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(problem());
    await sleep(LOOK_EVERY_MS);
  }
}

/** Each lane asks as soon as it may. */
class ClosedLoop {
  #connected = 0;
  readonly #waiting = new Set<Lane>();
  #isOn = false;
  #hasStarted = false;

  get connected(): number {
    return this.#connected;
  }

  free(lane: Lane): void {
    if (!this.#hasStarted) {
      this.#connected += 1;
      this.#waiting.add(lane);
    } else if (this.#isOn) {
      lane.ask(performance.now());
    }
  }

  start(): void {
    this.#hasStarted = true;
    this.#isOn = true;
    for (const lane of this.#waiting) {
      if (lane.isFree) lane.ask(performance.now());
    }
    this.#waiting.clear();
  }

  stop(): void {
    this.#isOn = false;
  }
}

/**
 * Questions fall due at a constant rate, whatever becomes of them; one that no lane is free for waits, and its answer is measured
 * from when it was due. So a server that stalls is charged with all that came in meanwhile (no coordinated omission).
 */
class OpenLoop {
  readonly #everyMs: number;
  readonly #tally: Tally;
  /** Those that were told to be free; one whose connection was lost since is not. */
  readonly #free = new Set<Lane>();
  #connected = 0;
  #startedAt: number | null = null;
  #asked = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(perSecond: number, tally: Tally) {
    this.#everyMs = 1000 / perSecond;
    this.#tally = tally;
  }

  get connected(): number {
    return this.#connected;
  }

  free(lane: Lane): void {
    this.#connected += 1;
    this.#free.add(lane);
    this.#askDue();
  }

  start(): void {
    this.#startedAt = performance.now();
    this.#timer = setInterval(() => this.#askDue(), TICK_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#startedAt = null;
  }

  #askDue(): void {
    if (this.#startedAt === null) return;
    const now = performance.now();
    for (;;) {
      const due = this.#startedAt + this.#asked * this.#everyMs;
      if (due > now) return;
      const lane = this.#next();
      if (lane === null) return;
      this.#asked += 1;
      this.#tally.late(now - due);
      lane.ask(due);
    }
  }

  /** The lane that has been free for longest: all of them stay in use, as those of many clients do. */
  #next(): Lane | null {
    for (const lane of this.#free) {
      this.#free.delete(lane);
      if (lane.isFree) return lane;
    }
    return null;
  }
}

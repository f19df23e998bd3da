import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Latencies } from './latencies.ts';
import type { Plan, RunReport } from './plan.ts';

/** What a run has found. */
export interface Run extends Omit<RunReport, 'latencies' | 'lateness'> {
  readonly latencies: Latencies;
  readonly lateness: Latencies;
}

/** An answer was wrong: nothing that the run has measured counts. */
export class VoidRun extends Error {
  constructor({ name, wrong, firstWrong }: Pick<RunReport, 'name' | 'wrong' | 'firstWrong'>) {
    super(`The run "${name}" is void: ${wrong} wrong ${wrong === 1 ? 'answer' : 'answers'}.\n${firstWrong.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'VoidRun';
  }
}

const DRIVER = fileURLToPath(new URL('../../bin/drive.ts', import.meta.url));

/** The driver's process. One run at a time. */
export class Driver {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(DRIVER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  }

  /** @throws VoidRun where an answer was wrong, whatever else was measured */
  async run(plan: Plan): Promise<Run> {
    const { promise, resolve, reject } = Promise.withResolvers<RunReport>();
    const answered = (answer: { readonly report: RunReport } | { readonly problem: string }): void => ('report' in answer ? resolve(answer.report) : reject(new Error(answer.problem)));
    const ended = (): void => reject(new Error('the driver ended'));
    this.#child.once('message', answered).once('exit', ended);
    try {
      this.#child.send(plan);
      const report = await promise;
      if (report.wrong > 0) throw new VoidRun(report);
      return { ...report, latencies: Latencies.fromText(report.latencies), lateness: Latencies.fromText(report.lateness) };
    } finally {
      this.#child.off('message', answered).off('exit', ended);
    }
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}

/** A run in which nothing was meant to fail. @throws Error where something did */
export function sound(run: Run): Run {
  if (run.unavailable + run.broken > 0) throw new Error(`the run "${run.name}" met ${run.unavailable} answers of 503 and ${run.broken} lost connections, with nothing wrong`);
  return run;
}

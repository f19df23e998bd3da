import { parentPort } from 'node:worker_threads';
import { doCruiseJob, type CruiseJob } from '../src/boundaries/cruise-job.ts';

const answered = (job: CruiseJob): Promise<object> =>
  doCruiseJob(job).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ fault: error instanceof Error ? error.message : String(error) }),
  );

// One job after the other: the cruise that the run waits for comes first, the plants after it.
let last: Promise<void> = Promise.resolve();
parentPort?.on('message', ({ id, job }: { readonly id: number; readonly job: CruiseJob }) => {
  last = last.then(async () => {
    const reply = { id, ...(await answered(job)) };
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window's
    parentPort?.postMessage(reply);
  });
});

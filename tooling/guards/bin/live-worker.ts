import { parentPort, workerData } from 'node:worker_threads';
import { loadConfig } from '../src/run/load-config.ts';
import type { LiveQuestion } from '../src/run/live-thread.ts';

// A question is plain data: `askLive` has written it.
const { root, path, guard } = workerData as LiveQuestion;
const { config } = await loadConfig(root, path);
const live = await config[guard]?.live();
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window's
parentPort?.postMessage(live);

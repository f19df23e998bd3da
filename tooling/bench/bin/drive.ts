import { drive } from '../src/load/drive.ts';
import type { Plan } from '../src/load/plan.ts';

/** The driver: a process of its own, so that it shares no event loop with what it measures. Runs one plan after the other. */
process.on('message', (plan: Plan) => {
  drive(plan).then(
    (report) => process.send?.({ report }),
    (error: unknown) => process.send?.({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));

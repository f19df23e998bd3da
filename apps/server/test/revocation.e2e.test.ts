import { CHANGES, runTrials } from '@hoc/bench/revocation/trials';
import { expect, test } from 'vitest';
import { startLoadedServers } from './load/loaded-servers.ts';

const TRIALS = 25;

test('a verification that begins after the answer to a revocation, freeze or suspension never sees the state before it, on either of two processes; a cache of verdicts is found out', { timeout: 180_000 }, async () => {
  const servers = await startLoadedServers({ tenants: 4 });
  const seed = Date.now() % 100_000;
  const found = await runTrials(servers, { trials: TRIALS, seed });
  expect(found.map(({ change, trials, stale, firstStale }) => ({ change, trials, stale, firstStale })), `seed ${seed}`)
    .toEqual(CHANGES.map((change) => ({ change, trials: TRIALS, stale: 0, firstStale: [] })));
  // Each change was answered while others verified the very key.
  for (const { withSomeInFlight } of found) expect(withSomeInFlight).toBe(TRIALS);

  const ofCached = await runTrials({ ...servers, targets: await servers.startSabotaged('verdict-cache') }, { trials: TRIALS, seed });
  for (const { change, stale } of ofCached) expect(stale, change).toBeGreaterThan(0);
});

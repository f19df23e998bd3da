import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agrees, demandAgreement, STEPS } from './property.ts';
import { drawSeed } from './seed.ts';
import { createWorld, type World } from './world.ts';

/** Set MODEL_RUNS to search longer, MODEL_BACKEND=postgres to search there, and MODEL_SEEN to be told what the search has met. */
const numRuns = Number(process.env['MODEL_RUNS'] ?? 200);
const seed = drawSeed();
const backend = process.env['MODEL_BACKEND'] === 'postgres' ? 'postgres' : 'pglite';

let world: World;

beforeAll(async () => {
  world = await createWorld({}, backend);
});

afterAll(async () => {
  await world.hoc.close();
});

test(`${numRuns} sequences of ${STEPS} operations answer and store what an independent model does`, { timeout: 600_000 }, async () => {
  process.stdout.write(`model: MODEL_SEED=${seed} MODEL_RUNS=${numRuns} MODEL_BACKEND=${backend}\n`);
  const started = performance.now();
  const run = await fc.check(agrees(world), { seed, numRuns });
  process.stdout.write(`model: ${run.numRuns} sequences, ${world.calls} calls, ${Math.round((performance.now() - started) / 1000)} s\n`);
  if (process.env['MODEL_SEEN'] !== undefined) process.stdout.write(`${[...world.seen].map(([outcome, times]) => `${outcome} ${times}`).toSorted((one, other) => one.localeCompare(other)).join('\n')}\n`);
  demandAgreement(run);
  expect(run.numRuns).toBe(numRuns);
  // A search that never got there would agree with anything.
  expect(numRuns < 200 ? [] : OUTCOMES.filter((outcome) => !world.seen.has(outcome)), 'outcomes that no sequence has met').toEqual([]);
});

/** What a run of the usual length meets again and again. */
const OUTCOMES = [
  'create ok', 'create INVARIANT_VIOLATION BI-APIKEY-001', 'create INVARIANT_VIOLATION BI-APIKEY-002', 'create NOT_FOUND', 'create DEGRADED', 'create replayed',
  'rotate ok', 'rotate INVARIANT_VIOLATION BI-APIKEY-001', 'undo_rotation ok', 'undo_rotation INVARIANT_VIOLATION BI-APIKEY-004', 'revoke ok', 'freeze ok', 'unfreeze ok',
  'update ok', 'update VERSION_CONFLICT', 'update INVARIANT_VIOLATION BI-APIKEY-003', 'list ok', 'suspend_tenant ok', 'resume_tenant ok', 'set_rate_limits ok', 'set_owner_rate_limits ok', 'terminate_tenant ok',
  'create_project ok', 'archive_project ok', 'provision_tenant ok', 'set_mode ok', 'scan ok', 'authenticate ok', 'authenticate UNAUTHENTICATED',
  'verify VALID', 'verify MALFORMED', 'verify NOT_FOUND', 'verify REVOKED', 'verify FROZEN', 'verify TENANT_NOT_ACTIVE', 'verify INSUFFICIENT_PERMISSIONS',
  'verify RATE_LIMITED', 'verify CREDITS_EXHAUSTED', 'verify CONCURRENCY_EXCEEDED',
];

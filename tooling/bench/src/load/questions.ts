import { judgeTrivial, judgeVerdict, type Judgement } from './judge.ts';
import type { HttpAnswer } from './connection.ts';
import type { Asking, Target } from './plan.ts';
import { expectedOf, expectedOfNone, readPopulation, type Expected, type Population } from './population.ts';
import { seeded, type Random } from '@hoc/testbed/random';
import { requestBytes } from './request.ts';
import { uniform, zipf, type Choice } from './zipf.ts';

/** What a connection asks next: its bytes, and how to tell a right answer. */
export interface Question {
  readonly bytes: Uint8Array;
  /** For whoever reads that the answer was wrong. */
  describe(): string;
  judge(answer: HttpAnswer): Judgement;
}

/** Where a connection gets its questions from. The bytes of one are overwritten by the next. */
export type Questions = () => Question;

const populations = new Map<string, Population>();

/** What an asking needs of the disk; a population is read once and stays. */
function populationIn(folder: string): Population {
  const known = populations.get(folder) ?? readPopulation(folder);
  populations.set(folder, known);
  return known;
}

/** Questions for connections to one target. Each connection has its own source; all of them together choose keys as one. */
export function questionsOf(asking: Asking, target: Target, seed: number): () => Questions {
  if (asking.kind === 'TRIVIAL') {
    const bytes = requestBytes(target, { method: 'GET', path: asking.path, authorization: null });
    const question: Question = { bytes, describe: () => asking.path, judge: judgeTrivial };
    return () => () => question;
  }
  const population = populationIn(asking.population);
  const random = seeded(seed);
  const { keys } = population.description;
  const choose = asking.distribution === 'ZIPF' ? zipf(keys, random) : uniform(keys, random);
  const { path, authorization, also } = asking;
  const build = (token: string): Buffer => requestBytes(target, { method: 'POST', path, authorization, body: { token, ...also } });
  const malformed = population.description.malformed.map((token) => ({ token, bytes: build(token) }));
  const { unknown } = population.description;
  let next = asking.unknownFrom ?? 0;
  const chooseUnknown = asking.isEachUnknownOnce === true ? () => (next++) % unknown : uniform(unknown, random);
  return () => verifications({ asking, population, choose, chooseUnknown, random, malformed, template: build('x'.repeat(population.description.tokenBytes)) });
}

interface Verifications {
  readonly asking: Extract<Asking, { kind: 'VERIFY' }>;
  readonly population: Population;
  readonly choose: Choice;
  readonly chooseUnknown: Choice;
  readonly random: Random;
  readonly malformed: readonly { readonly token: string; readonly bytes: Buffer }[];
  /** A request whose token is all x. Tokens are of one length, so that a question only overwrites it. */
  readonly template: Buffer;
}

function verifications({ asking, population, choose, chooseUnknown, random, malformed, template }: Verifications): Questions {
  const { description, known, unknown } = population;
  const { tokenBytes } = description;
  const at = template.indexOf('x'.repeat(tokenBytes));
  const { unknownShare, malformedShare, metered } = asking;
  const ofNone = { UNKNOWN: expectedOfNone(description, 'UNKNOWN'), MALFORMED: expectedOfNone(description, 'MALFORMED') };
  const written = (table: Buffer, number: number, name: string, expected: Expected): Question => {
    table.copy(template, at, number * tokenBytes, (number + 1) * tokenBytes);
    return { bytes: template, describe: () => `${name} number ${number}`, judge: (answer) => judgeVerdict(answer, expected, metered) };
  };
  return () => {
    const draw = random();
    if (draw < malformedShare && malformed.length > 0) {
      const { token, bytes } = malformed[Math.floor(random() * malformed.length)] as (typeof malformed)[number]; // below its length
      return { bytes, describe: () => `the malformed ${JSON.stringify(token)}`, judge: (answer) => judgeVerdict(answer, ofNone.MALFORMED) };
    }
    if (draw < malformedShare + unknownShare && description.unknown > 0) return written(unknown, chooseUnknown(), 'unknown token', ofNone.UNKNOWN);
    const number = choose();
    return written(known, number, 'key', expectedOf(description, number));
  };
}

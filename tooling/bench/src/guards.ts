import { spawnSync } from 'node:child_process';
import { findPackageJSON } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { generatedTree } from './generated-tree.ts';
import type { Report } from './report.ts';
import { interleavedRounds, roundByRound, spreadOf, written, type Measured, type Spread } from './rounds.ts';

const ROUNDS = 7;
const MODULES = 2000;
const COLD_SECONDS = 3;
const WARM_SECONDS = 1;
const TIMES_CRUISER = 3;

const ROOT = resolve(import.meta.dirname, '../../..');
const GUARDS = join(ROOT, 'tooling/guards');

/** Whole processes of `hoc-guard`: cold and warm on this repository, and on a generated tree against dependency-cruiser alone. */
export async function guards(): Promise<Report> {
  const tree = generatedTree(join(GUARDS, 'fixtures/library'), GUARDS, MODULES);
  try {
    node(tree.root, ['proofs/prove.ts'], [0]);
    const guard = (folder: string, ...words: readonly string[]) => async (): Promise<void> => node(folder, [join(GUARDS, 'bin/hoc-guard.ts'), '--no-run-proofs', ...words], [0, 1]);
    const cruiser = async (): Promise<void> => node(tree.root, [cruiserProgram(), '--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src'], [0]);
    // Fills what the warm runs read.
    await guard(ROOT)();
    const contenders = [
      { name: 'hoc-guard --no-cache, this repository', run: guard(ROOT, '--no-cache') },
      { name: 'hoc-guard, this repository, warm', run: guard(ROOT) },
      { name: `hoc-guard --no-cache, ${MODULES} modules`, run: guard(tree.root, '--no-cache') },
      { name: `dependency-cruiser, ${MODULES} modules`, run: cruiser },
    ];
    const measured = (await interleavedRounds(contenders, { rounds: ROUNDS, iterations: 1, warmUpRounds: 1 })) as readonly [Measured, Measured, Measured, Measured];
    const [ofCold, ofWarm, ofGuard, ofCruiser] = measured;
    const ratio = spreadOf(roundByRound(ofGuard, ofCruiser, (mine, theirs) => mine / theirs));
    return {
      title: 'Guards (seconds per process, start to end)',
      compared:
        'All guards of this repository with the trial of every plant, without any cache and with that of an unchanged tree; and all five guards on a generated tree, ' +
        'without a cache, against dependency-cruiser\'s own program on the same tree and the same rules.',
      often: `${ROUNDS} rounds in turns, one process each, after one round that is thrown away`,
      figures: [
        ...measured.map(({ name, microseconds }) => ({ name, figure: written(inSeconds(spreadOf(microseconds))) })),
        { name: 'hoc-guard / dependency-cruiser', figure: written(ratio) },
      ],
      target: {
        asked: `at most ${COLD_SECONDS} s cold and ${WARM_SECONDS} s warm, and at most ${TIMES_CRUISER} times dependency-cruiser's own time, by the medians`,
        met: secondsOf(ofCold) <= COLD_SECONDS && secondsOf(ofWarm) <= WARM_SECONDS && ratio.median <= TIMES_CRUISER,
      },
    };
  } finally {
    tree.remove();
  }
}

const secondsOf = ({ microseconds }: Measured): number => spreadOf(microseconds).median / 1e6;

const inSeconds = ({ median, lower, upper, min, max }: Spread): Spread => ({ median: median / 1e6, lower: lower / 1e6, upper: upper / 1e6, min: min / 1e6, max: max / 1e6 });

/** @param codes the exit codes of a run that did what it is measured at: findings do not make it another */
function node(folder: string, words: readonly string[], codes: readonly number[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  if (status === null || !codes.includes(status)) throw new Error(`${words.join(' ')} ended with ${String(status)}: ${stdout}${stderr}`);
}

function cruiserProgram(): string {
  const manifest = findPackageJSON('dependency-cruiser', pathToFileURL(join(ROOT, 'package.json')));
  if (manifest === undefined) throw new Error('dependency-cruiser is not installed');
  return join(dirname(manifest), 'bin/dependency-cruiser.mjs');
}

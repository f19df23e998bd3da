/** Where a search begins: at random, or where MODEL_SEED says, to repeat a run that was reported. */
export const drawSeed = (): number => Number(process.env['MODEL_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

const FIRST_MS = 1000;
const LONGEST_MS = 3_600_000;

/**
 * How long to wait after the n-th attempt has failed: 1 s, doubled each time, at most an hour, of which the second half is at
 * random, so that those who failed together do not come back together.
 * @param random from 0 up to 1
 */
export const backoffMs = (attempts: number, random: number): number => spread(Math.min(FIRST_MS * 2 ** Math.max(0, attempts - 1), LONGEST_MS), random);

/** The same after however many attempts. */
export const longestBackoffMs = (random: number): number => spread(LONGEST_MS, random);

const spread = (whole: number, random: number): number => Math.round(whole / 2 + (whole / 2) * random);

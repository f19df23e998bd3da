import { resolve } from 'node:path';

/** The folder of this repository: the guards' first user. */
export const ROOT: string = resolve(import.meta.dirname, '../../..');

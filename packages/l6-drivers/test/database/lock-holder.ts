import { lockDataFolder } from '../../src/database/data-folder-lock.ts';

/** A process that takes the data folder of its first argument, says so, and stays. */
const [, , folder] = process.argv;
if (folder === undefined) throw new Error('which folder?');
const lock = lockDataFolder(folder);
process.stdout.write('held\n');
setInterval(() => lock, 1000);

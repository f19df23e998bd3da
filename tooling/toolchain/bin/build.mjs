// JavaScript, like the rest of what starts turbo.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { turbo } from '../src/run/turbo.mjs';

process.exitCode = await turbo(resolve(fileURLToPath(import.meta.url), '../../../..'), ['run', 'build', ...process.argv.slice(2)]);

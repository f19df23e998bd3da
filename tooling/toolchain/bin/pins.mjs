// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkPins } from '../src/pins/check.mjs';
import { readToolchain } from '../src/pins/read.mjs';

const findings = checkPins(readToolchain(resolve(fileURLToPath(import.meta.url), '../../../..'), process.env));
for (const { fault, remedy } of findings) console.error(`✗ ${fault}\n    ${remedy}`);
if (findings.length > 0) process.exitCode = 1;
else if (!process.argv.includes('--quiet')) console.log(`toolchain: as pinned, on Node ${process.versions.node}`);

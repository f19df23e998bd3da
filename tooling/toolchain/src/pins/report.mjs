// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readToolchain } from './read.mjs';

/**
 * Checks the tools in use, and says on standard error what is not as pinned and what to do.
 * @param {(toolchain: import('./read.mjs').Toolchain) => readonly import('./check.mjs').Finding[]} check
 * @returns {boolean} whether all is as pinned
 */
export function isAsPinned(check) {
  const findings = check(readToolchain(resolve(fileURLToPath(import.meta.url), '../../../../..'), process.env));
  for (const { fault, remedy } of findings) console.error(`✗ ${fault}\n    ${remedy}`);
  return findings.length === 0;
}

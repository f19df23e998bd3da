// JavaScript: this runs before the pinned Node is known to be the one in charge.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';

/**
 * Runs turbo in a folder, on this Node, telling nobody; a signal that this process gets is passed on.
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<number>} its exit code; 1 when a signal ended it
 */
export function turbo(root, args) {
  const program = createRequire(import.meta.url).resolve('turbo');
  const child = spawn(process.execPath, [program, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      // pnpm has installed before it ran the script that this is; the tasks need not look again.
      pnpm_config_verify_deps_before_run: 'false',
    },
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.on(signal, () => child.kill(signal));
  return new Promise((settle, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => settle(code ?? 1));
  });
}

#!/usr/bin/env node
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

// Runs the command of its arguments in the process group that it leads itself, and ends as the command does. Whoever started it holds its
// standard input: when that ends, by `kill -9` too, so does the whole group, and nothing of it still writes into the tree.
const [program = '', ...args] = process.argv.slice(2);
process.stdin.on('end', () => process.kill(process.platform === 'win32' ? process.pid : 0, 'SIGKILL'));
process.stdin.on('error', () => {});
process.stdin.resume();
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], windowsHide: true });
child.once('error', (error) => {
  console.error(`${program} cannot be started: ${error.message}`);
  process.exit(127);
});
child.once('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));

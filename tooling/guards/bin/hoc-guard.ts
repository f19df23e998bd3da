#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Compiled code is kept between runs, in the folder that Node has for it.
enableCompileCache();
const { main } = await import('../src/run/command-line.ts');
process.exitCode = await main(process.argv.slice(2));

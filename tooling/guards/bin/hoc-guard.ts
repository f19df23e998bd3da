#!/usr/bin/env node
import { oldNode } from '../src/run/old-node.ts';

// Nothing else is imported above: an older Node would end in whatever it lacks, before it could be told so.
const tooOld = oldNode(process.versions.node);
if (tooOld === undefined) {
  const { enableCompileCache } = await import('node:module');
  // Compiled code is kept between runs, in the folder that Node has for it.
  enableCompileCache();
  const { main } = await import('../src/run/command-line.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error(tooOld);
  process.exitCode = 2;
}

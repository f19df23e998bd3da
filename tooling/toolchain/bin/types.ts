import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../src/root.ts';
import { typeProjects } from '../src/types/projects.ts';

const tsc = join(createRequire(join(ROOT, 'package.json')).resolve('typescript/package.json'), '../bin/tsc');
const projects = typeProjects(ROOT);
// Not `tsc -b`: it remembers what it once found right, in a file that a later checkout may leave behind.
const wrong = projects.filter((project) => spawnSync(process.execPath, [tsc, '-p', project], { cwd: ROOT, stdio: 'inherit' }).status !== 0);
for (const project of wrong) console.error(`✗ types of ${project}`);
console.log(`types: ${projects.length} projects, ${wrong.length} with faults`);
process.exitCode = wrong.length === 0 ? 0 : 1;

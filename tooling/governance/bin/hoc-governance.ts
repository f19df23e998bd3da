#!/usr/bin/env node
import { main } from '../src/cli/main.ts';

// What an application leaves open when it was composed and asked must not keep this process.
process.exit(await main(process.argv.slice(2), process.cwd()));

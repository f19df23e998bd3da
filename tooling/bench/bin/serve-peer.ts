import { isPeerName, PEERS } from '../src/peers/peers.ts';
import { serveShell } from '../src/peers/shell.ts';

/** A peer behind the bare shell: `serve-peer.ts <name> <url of its database>`. Says where it serves. */
const [, , name = '', databaseUrl = ''] = process.argv;
if (!isPeerName(name)) throw new Error(`there is no peer ${name}`);
const url = await serveShell(await PEERS[name].open(databaseUrl));
process.stdout.write(`${JSON.stringify({ url })}\n`);

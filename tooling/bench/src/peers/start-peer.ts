import { fileURLToPath } from 'node:url';
import { ServerProcess } from '../servers/server-process.ts';
import type { PeerName } from './peers.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/serve-peer.ts', import.meta.url));

/** Starts a peer behind the shell, in a process of its own. */
export const startPeer = (name: PeerName, databaseUrl: string, cwd: string): Promise<ServerProcess> =>
  ServerProcess.start({ command: [PROGRAM, name, databaseUrl], cwd, env: { NODE_ENV: 'production' } });

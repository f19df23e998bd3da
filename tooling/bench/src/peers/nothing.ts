import { randomBase62 } from '@hoc/l5-engines/base62';
import type { Peer } from './peer.ts';

/** The shell itself: the same request is read and answered, and nothing is verified. Above this, nobody verifies anything. */
export const nothing: Peer = {
  summary: 'the shell alone, which reads the same request and asks nobody',
  newToken: (randomBytes) => randomBase62(60, randomBytes),
  load: async () => {},
  open: async () => ({ verify: async () => ({ valid: false }) }),
};

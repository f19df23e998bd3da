import type { FastifyRequest } from 'fastify';
import type { Identified, Identify } from './authentication.ts';
import type { Spine } from './spine.ts';

/** Who is being found out, by the header that they came with. */
interface Underway {
  readonly address: string | undefined;
  readonly found: Promise<Identified>;
}

/**
 * Whoever shows the same token from the same address while it has not been looked up yet shares the look-up, operation and all: of the requests of
 * one gateway that come in while a wave is under way, the next wave asks once who they are, and one operation answers it.
 *
 * INVARIANT: nobody shares what was asked of the database before they came. It holds because nothing is shared once the spine's moment has
 * passed, nor once it is known.
 */
export function sharedIdentity(spine: Spine, identify: Identify): Identify {
  // A new one for each moment: V8 keeps what a map that was cleared has held until its next full collection of garbage.
  let underway = new Map<string, Underway>();
  let moment = spine.moment();
  return (request: FastifyRequest) => {
    const now = spine.moment();
    if (now === null) return identify(request);
    if (now !== moment) {
      moment = now;
      underway = new Map();
    }
    const header = request.headers.authorization ?? '';
    const address = request.socket.remoteAddress;
    const other = underway.get(header);
    if (other !== undefined && other.address === address) return other.found;
    const mine: Underway = { address, found: identify(request) };
    const forget = (): void => {
      if (underway.get(header) === mine) underway.delete(header);
    };
    mine.found.then(forget, forget);
    underway.set(header, mine);
    return mine.found;
  };
}

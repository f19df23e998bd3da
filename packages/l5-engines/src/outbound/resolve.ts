import { Resolver } from 'node:dns/promises';

/** All addresses of a name, v4 and v6; rejects where there are none. It may be abandoned when the signal is aborted. */
export type Resolve = (host: string, signal: AbortSignal) => Promise<readonly string[]>;

/** A server that drops AAAA questions leaves time for the request: a try lasts up to twice as long as said, which makes 2 s of both. */
const TRY_MS = 500;
const TRIES = 2;

/**
 * Asks DNS, not `getaddrinfo`: that cannot be cancelled, and a name whose servers are silent would hold threads on which
 * the whole process waits. So /etc/hosts is not read; `localhost` is loopback, as RFC 6761 (section 6.3) has it.
 * @param servers instead of those of the system, as `address:port`
 */
export const resolveByDns = (servers?: readonly string[]): Resolve => async (host, signal) => {
  if (host === 'localhost' || host.endsWith('.localhost')) return ['127.0.0.1'];
  const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = (): void => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length === 0) throw new Error('no address');
    return addresses;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
};

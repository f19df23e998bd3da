import { isIP, type Socket } from 'node:net';
import { judgeAddress } from './address-guard.ts';
import { OutboundFault, type HttpAnswer, type OutboundFailure } from './answer.ts';
import { orAborted } from './deadline.ts';
import { exchange, type HttpMessage } from './exchange.ts';
import type { Outbound } from './outbound.ts';
import { secureChannel, tlsSentence } from './secure-channel.ts';
import type { TargetUrl } from './target-url.ts';

/**
 * One hop: the name is resolved once, every address of the answer is judged, and the connection goes to one of those.
 * Throws an {@link OutboundFault}, and leaves no socket open whatever happens.
 */
export const hop = async (target: TargetUrl, message: Omit<HttpMessage, 'pathAndQuery'>, outbound: Outbound, signal: AbortSignal): Promise<HttpAnswer> => {
  const step = stepsUnder(signal);
  const addresses = await step('DNS', 'its name was not resolved', "The target's name cannot be resolved.", () => addressesOf(target, outbound, signal));
  judgeAll(addresses, target, outbound);
  const socket = await step('CONNECT', 'it took no connection', 'The target takes no connection.', () => outbound.dial(addresses, target.port, signal));
  try {
    const channel: Socket = target.isSecure
      ? await step('TLS', 'the TLS handshake did not end', tlsSentence, () => secureChannel(socket, target.host, outbound.secureContext, signal))
      : socket;
    return await step('PROTOCOL', 'its answer did not end', 'The target broke off, or answered something that is not HTTP.', () =>
      exchange(channel, { ...message, pathAndQuery: target.pathAndQuery }, signal),
    );
  } finally {
    socket.destroy();
  }
};

const addressesOf = async ({ host }: TargetUrl, outbound: Outbound, signal: AbortSignal): Promise<readonly string[]> =>
  isIP(host) === 0 ? orAborted(outbound.resolve(host, signal), signal) : [host];

/** One bad address among good ones refuses them all: no honest name has both. */
const judgeAll = (addresses: readonly string[], { isSecure }: TargetUrl, outbound: Outbound): void => {
  if (addresses.length === 0) throw new OutboundFault('DNS', "The target's name has no address.");
  for (const address of addresses) {
    const judged = judgeAddress(address, outbound.policy.networks);
    if (!judged.ok) throw new OutboundFault('ADDRESS_REFUSED', `The target's name resolves to ${judged.reason}.`);
    if (!isSecure && judged.network === null) throw new OutboundFault('ADDRESS_REFUSED', 'Plain HTTP goes to networks that the operator allows, and nowhere else.');
  }
};

type Sentence = string | ((error: unknown) => string);

/** Runs a step; what it throws becomes the step's failure, or a timeout that says how far the request came. */
const stepsUnder =
  (signal: AbortSignal) =>
  async <T>(failure: OutboundFailure, whenLate: string, sentence: Sentence, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof OutboundFault) throw error;
      if (signal.aborted) throw new OutboundFault('TIMEOUT', `The target did not answer in time: ${whenLate}.`);
      throw new OutboundFault(failure, typeof sentence === 'string' ? sentence : sentence(error));
    }
  };

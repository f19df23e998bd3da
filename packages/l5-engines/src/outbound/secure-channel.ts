import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect, type SecureContext, type TLSSocket } from 'node:tls';

/**
 * TLS over a connection. The certificate must be valid for the host that the URL names, whatever address it was reached at.
 * Rejects where it is not, and when the signal is aborted.
 */
export const secureChannel = async (socket: Socket, host: string, secureContext: SecureContext, signal: AbortSignal): Promise<TLSSocket> => {
  const channel = connect({
    socket,
    host,
    // RFC 6066, section 3: no addresses here. The identity is then checked against `host`.
    servername: isIP(host) === 0 ? host : '',
    secureContext,
    ALPNProtocols: ['http/1.1'],
    // Said, so that no environment variable says otherwise.
    rejectUnauthorized: true,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  });
  // Errors are told to whoever waits; one that comes later must not end the process.
  channel.on('error', () => undefined);
  try {
    await once(channel, 'secureConnect', { signal });
    return channel;
  } catch (error) {
    channel.destroy();
    throw error;
  }
};

const SENTENCES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "The target's certificate has expired.",
  CERT_NOT_YET_VALID: "The target's certificate is not valid yet.",
  ERR_TLS_CERT_ALTNAME_INVALID: "The target's certificate is for another host.",
  DEPTH_ZERO_SELF_SIGNED_CERT: "The target's certificate is signed by itself.",
  SELF_SIGNED_CERT_IN_CHAIN: "The target's certificate comes from an authority that is not trusted here.",
  UNABLE_TO_GET_ISSUER_CERT: "The target's certificate comes from an authority that is not trusted here.",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "The target's certificate comes from an authority that is not trusted here.",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "The target's certificate comes from an authority that is not trusted here.",
};

/** What to tell of a handshake that failed. The error's own text quotes the certificate, which the peer wrote. */
export const tlsSentence = (error: unknown): string =>
  (error instanceof Error && 'code' in error ? SENTENCES[String(error.code)] : undefined) ?? 'The TLS handshake with the target failed.';

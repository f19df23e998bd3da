import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { dialTcp, type Dial } from './dial.ts';
import { resolveByDns, type Resolve } from './resolve.ts';
import type { UrlPolicy } from './target-url.ts';
import { Traffic, TRAFFIC_LIMITS, type TrafficLimits } from './traffic.ts';

/** What outbound requests share in a process. Opened once, by the composition root; it holds no socket and needs no closing. */
export interface Outbound {
  readonly policy: UrlPolicy;
  readonly secureContext: SecureContext;
  readonly resolve: Resolve;
  readonly dial: Dial;
  readonly traffic: Traffic;
}

export interface OutboundSettings extends UrlPolicy {
  /** Certificates (PEM) of authorities that are trusted besides those of the platform. */
  readonly extraCa?: readonly string[];
  readonly limits?: Partial<TrafficLimits>;
  readonly resolve?: Resolve;
  readonly dial?: Dial;
}

/** Throws when an extra certificate cannot be read; `parseCaBundle` tells that before. */
export const openOutbound = (settings: OutboundSettings): Outbound => ({
  policy: { allowHttp: settings.allowHttp, networks: settings.networks },
  secureContext: createSecureContext({ ca: [...getCACertificates('default'), ...(settings.extraCa ?? [])] }),
  resolve: settings.resolve ?? resolveByDns(),
  dial: settings.dial ?? dialTcp,
  traffic: new Traffic({ ...TRAFFIC_LIMITS, ...settings.limits }),
});

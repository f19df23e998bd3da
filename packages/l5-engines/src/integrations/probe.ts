import type { OutboundAnswer } from '../outbound/answer.ts';
import { guardedRequest, type OutboundRequest } from '../outbound/guarded-request.ts';
import type { Outbound } from '../outbound/outbound.ts';
import type { RequestHeaders } from '../outbound/request-headers.ts';
import { Secret } from '../secret.ts';
import { expand } from './template.ts';

/** How the credential is carried. `name` is a template, as a header that the config names needs. BASIC takes `user:password`. */
export type ProbeAuth = { readonly scheme: 'NONE' } | { readonly scheme: 'BEARER' } | { readonly scheme: 'BASIC' } | { readonly scheme: 'HEADER'; readonly name: string };

/** How to find out whether an integration works: a column of its connector type. */
export interface ProbeDefinition {
  readonly method: OutboundRequest['method'];
  /** Template over the config; `{+credential}` where the credential is the URL itself. */
  readonly url: string;
  readonly auth: ProbeAuth;
  /** Values are templates. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Statuses that prove the credential besides 2xx, where the target has no harmless request. */
  readonly healthyStatuses?: readonly number[];
}

/** What is probed. */
export interface ProbeSubject {
  readonly tenantId: string;
  readonly definition: ProbeDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credential: Secret | null;
}

/** `message` holds neither the credential nor anything that the target sent but its status. */
export interface ProbeVerdict {
  readonly performed: true;
  /** The credential works: the evidence that onboarding asks for. */
  readonly ok: boolean;
  readonly health: 'HEALTHY' | 'DEGRADED' | 'FAILING';
  readonly message: string;
}

/** `performed: false` where this server had no room for the request: it says nothing about the target, so the stored health stays. */
export type ProbeResult = ProbeVerdict | { readonly performed: false; readonly message: string };

/** Probes a target by one real request. It is done within the deadline of outbound requests, and never rejects but for a bug. */
export const performProbe = async (subject: ProbeSubject, outbound: Outbound): Promise<ProbeResult> => {
  const request = probeRequest(subject);
  if (request === null) return verdict('FAILING', "The config lacks a field that the connector type's probe names, or there is no credential.");
  return healthOf(await guardedRequest(request, outbound), subject.definition.healthyStatuses ?? []);
};

/** The request of a probe, null where its templates name what is not there. */
export const probeRequest = ({ tenantId, definition, config, credential }: ProbeSubject): OutboundRequest | null => {
  const values = { ...config, ...(credential === null ? {} : { credential: credential.reveal() }) };
  const url = expand(definition.url, values);
  const auth = authHeader(definition.auth, config, credential);
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(definition.headers ?? {})) {
    // The config alone: a credential has its own header, which is kept secret.
    const value = expand(template, config);
    if (value === null) return null;
    headers[name] = value;
  }
  if (url === null || auth === null) return null;
  return { tenantId, method: definition.method, url: new Secret(url), headers: { ...headers, ...auth }, ...(definition.body === undefined ? {} : { body: definition.body }) };
};

/**
 * What an answer, or none, says about an integration:
 * 2xx and the type's own statuses HEALTHY; 408, 425, 429 and 5xx DEGRADED, for the target is there and will be back; everything else FAILING.
 */
export const healthOf = (answer: OutboundAnswer, healthyStatuses: readonly number[]): ProbeResult => {
  if (!answer.ok) return answer.failure === 'BUSY' ? { performed: false, message: answer.message } : verdict('FAILING', answer.message);
  const { status } = answer;
  if ((status >= 200 && status < 300) || healthyStatuses.includes(status)) return verdict('HEALTHY', `The target answered ${status}.`);
  if (status === 401 || status === 403) return verdict('FAILING', `The target refused the credential (${status}).`);
  if (status === 429) return verdict('DEGRADED', 'The target limits the rate (429).');
  if (status === 408 || status === 425 || status >= 500) return verdict('DEGRADED', `The target is in trouble (${status}).`);
  return verdict('FAILING', `The target answered ${status}, which is not what a working integration gets.`);
};

const verdict = (health: ProbeVerdict['health'], message: string): ProbeVerdict => ({ performed: true, ok: health === 'HEALTHY', health, message });

const authHeader = (auth: ProbeAuth, config: Readonly<Record<string, unknown>>, credential: Secret | null): RequestHeaders | null => {
  if (auth.scheme === 'NONE') return {};
  if (credential === null) return null;
  switch (auth.scheme) {
    case 'BEARER':
      return { authorization: new Secret(`Bearer ${credential.reveal()}`) };
    case 'BASIC':
      return { authorization: new Secret(`Basic ${Buffer.from(credential.reveal()).toString('base64')}`) };
    case 'HEADER': {
      const name = expand(auth.name, config);
      return name === null ? null : { [name]: credential };
    }
  }
};

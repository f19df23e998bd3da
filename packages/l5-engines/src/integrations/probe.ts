import type { OutboundAnswer } from '../outbound/answer.ts';
import { guardedRequest, type OutboundRequest } from '../outbound/guarded-request.ts';
import type { Outbound } from '../outbound/outbound.ts';
import { Secret } from '../secret.ts';
import type { ProbeDefinition } from './rows.ts';
import { fillHeader, fillJson, fillUrl } from './template.ts';

/** What is probed. The config has the defaults of its type's schema filled in. */
export interface ProbeSubject {
  readonly tenantId: string;
  readonly definition: ProbeDefinition;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credential: Secret | null;
}

/** `message` holds neither the credential nor anything that the target sent but its status. */
export interface ProbeVerdict {
  readonly performed: true;
  /** The connection works, credential included: the evidence that onboarding asks for. */
  readonly ok: boolean;
  readonly health: 'HEALTHY' | 'DEGRADED' | 'FAILING';
  readonly message: string;
}

/** `performed: false` where nothing was sent, for want of room or because the circuit of the target's host is open: it says nothing new, so the stored health stays. */
export type ProbeResult = ProbeVerdict | { readonly performed: false; readonly message: string };

/** Probes a target by one real request. It is done within the deadline of outbound requests, and never rejects but for a bug. */
export const performProbe = async (subject: ProbeSubject, outbound: Outbound): Promise<ProbeResult> => {
  const request = probeRequest(subject);
  if (request === null) return verdict('FAILING', "The config lacks a field that the connector type's probe needs, or there is no credential.");
  return healthOf(await guardedRequest(request, outbound), subject.definition.healthyStatuses);
};

/** The request of a probe; null where its templates name what is not there. A header that needs a credential is left out where there is none. */
export const probeRequest = ({ tenantId, definition, config, credential }: ProbeSubject): OutboundRequest | null => {
  // The real credential, whatever a config calls by that name.
  const { credential: _ignored, ...fields } = config;
  const values = credential === null ? fields : { ...fields, credential: credential.reveal() };
  const url = fillUrl(definition.url, values);
  const body = definition.body === undefined ? undefined : fillJson(definition.body, values);
  if (url === null || body === null) return null;
  const headers: Record<string, Secret> = {};
  for (const [name, template] of Object.entries(definition.headers)) {
    if (credential === null && template.includes('{credential}')) continue;
    const value = fillHeader(template, values);
    if (value === null) return null;
    headers[name] = new Secret(value);
  }
  return { tenantId, method: definition.method, url: new Secret(url), headers, ...(body === undefined ? {} : { body }) };
};

/**
 * What an answer, or none, says about an integration: the statuses that its type calls healthy are HEALTHY;
 * 408, 425, 429 and 5xx DEGRADED, for the target is there and will be back; everything else FAILING.
 */
export const healthOf = (answer: OutboundAnswer, healthyStatuses: readonly number[]): ProbeResult => {
  if (!answer.ok) return answer.failure === 'BUSY' || answer.failure === 'OPEN_CIRCUIT' ? { performed: false, message: answer.message } : verdict('FAILING', answer.message);
  const { status } = answer;
  if (healthyStatuses.includes(status)) return verdict('HEALTHY', `The target answered ${status}.`);
  if (status === 401 || status === 403) return verdict('FAILING', `The target refused the credential (${status}).`);
  if (status === 429) return verdict('DEGRADED', 'The target limits the rate (429).');
  if (status === 408 || status === 425 || status >= 500) return verdict('DEGRADED', `The target is in trouble (${status}).`);
  return verdict('FAILING', `The target answered ${status}, which is not what a working integration gets.`);
};

const verdict = (health: ProbeVerdict['health'], message: string): ProbeVerdict => ({ performed: true, ok: health === 'HEALTHY', health, message });

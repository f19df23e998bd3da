import { createTestCa, type TestCa } from '@hoc/testbed/test-ca';
import type { AllowedNetwork } from '../../src/outbound/allowed-network.ts';
import { guardedRequest, type OutboundRequest } from '../../src/outbound/guarded-request.ts';
import { openOutbound, type Outbound, type OutboundSettings } from '../../src/outbound/outbound.ts';
import type { OutboundAnswer } from '../../src/outbound/answer.ts';

/** The loopback, as an operator would allow it by name. */
export const LAB: readonly AllowedNetwork[] = [{ name: 'lab', ranges: ['127.0.0.0/8'] }];
export const HOST = 'target.example';
export const TENANT = 'tnt_1';

/** An open outbound that trusts the test's authority and finds every name on the loopback. */
export const outboundFor = (ca: TestCa, settings: Partial<OutboundSettings> = {}): Outbound =>
  openOutbound({ allowHttp: false, networks: LAB, extraCa: [ca.cert], resolve: async () => ['127.0.0.1'], ...settings });

export const testCa = (): Promise<TestCa> => createTestCa();

/** One GET of a target's `/probe`, unless said otherwise, and how long it took. */
export const ask = async (port: number, outbound: Outbound, request: Partial<OutboundRequest> = {}): Promise<{ readonly answer: OutboundAnswer; readonly tookMs: number }> => {
  const startedAt = performance.now();
  const answer = await guardedRequest({ tenantId: TENANT, method: 'GET', url: `https://${HOST}:${port}/probe`, ...request }, outbound);
  return { answer, tookMs: performance.now() - startedAt };
};

export const failureOf = (answer: OutboundAnswer): string => (answer.ok ? `answered ${answer.status}` : answer.failure);

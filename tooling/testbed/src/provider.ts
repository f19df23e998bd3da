import { performProbe } from '@hoc/l5-engines/integrations/probe';
import { openOutbound } from '@hoc/l5-engines/outbound/outbound';
import type { ComposedOptions } from './composed.ts';
import { startHttpsTarget } from './https-target.ts';
import { createTestCa } from './test-ca.ts';

/** A provider on the loopback that HOC may reach, and what HOC is composed with to reach it: real requests, under every guard. */
export interface TestProvider {
  /** What its probe asks for. */
  readonly url: string;
  readonly options: Required<Pick<ComposedOptions, 'probe' | 'urlPolicy'>>;
  close(): Promise<void>;
}

const HOST = 'provider.example';
const NETWORKS = [{ name: 'lab', ranges: ['127.0.0.0/8'] }] as const;

/** Starts a provider that answers every request with 200, over HTTPS, by a certificate of an authority that HOC is told of. */
export async function startProvider(): Promise<TestProvider> {
  const ca = await createTestCa();
  const target = await startHttpsTarget(await ca.issue({ hosts: [HOST] }), (_request, response) => response.end('{}'));
  const outbound = openOutbound({ allowHttp: false, networks: NETWORKS, extraCa: [ca.cert], resolve: async () => ['127.0.0.1'] });
  return {
    url: `https://${HOST}:${target.port}/health`,
    options: { urlPolicy: { allowHttp: false, networks: NETWORKS }, probe: (subject) => performProbe(subject, outbound) },
    close: target.close,
  };
}

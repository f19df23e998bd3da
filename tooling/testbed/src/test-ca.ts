import { generate } from 'selfsigned';

/** A certificate and its private key, PEM. Made in the test, never stored. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface Issued {
  /** DNS names and IP addresses that the certificate is for. */
  readonly hosts: readonly string[];
  /** How long it is valid, from now; negative: it has expired. */
  readonly validForMs?: number;
}

/** A certificate authority that lives as long as the test. */
export interface TestCa {
  readonly cert: string;
  issue(wanted: Issued): Promise<TestCertificate>;
}

const DAY_MS = 86_400_000;
const KIND = { keyType: 'ec', algorithm: 'sha256' } as const;
const IS_ADDRESS = /^[0-9.]+$|:/;

export async function createTestCa(name = 'HOC test authority'): Promise<TestCa> {
  const ca = await generate([{ name: 'commonName', value: name }], {
    ...KIND,
    notBeforeDate: new Date(Date.now() - 30 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return {
    cert: ca.cert,
    issue: async ({ hosts, validForMs = DAY_MS }) => {
      const issued = await generate([{ name: 'commonName', value: hosts[0] ?? 'nobody' }], {
        ...KIND,
        ca: { key: ca.private, cert: ca.cert },
        notBeforeDate: new Date(Date.now() - 2 * DAY_MS),
        notAfterDate: new Date(Date.now() + validForMs),
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true },
          { name: 'subjectAltName', altNames: hosts.map((host) => (IS_ADDRESS.test(host) ? { type: 7, ip: host } : { type: 2, value: host })) },
        ],
      });
      return { cert: issued.cert, key: issued.private };
    },
  };
}

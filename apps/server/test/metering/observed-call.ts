import { z } from 'zod';
import { expectStatus, type Client } from '../http/client.ts';

/** One verification, as its caller saw it. Times are milliseconds since 1970. */
export interface ObservedCall {
  readonly sentMs: number;
  readonly answeredMs: number;
  readonly code: string;
  /** When the store decided it, where it was admitted with a lease. */
  readonly decidedMs: number | null;
  /** What was said of the wait, where it was denied. */
  readonly resetMs: number | null;
}

const LEASE_SECONDS = 60;

const answerShape = z.object({
  code: z.string(),
  lease: z.object({ expiresAt: z.iso.datetime() }).optional(),
  rateLimits: z.array(z.object({ allowed: z.boolean(), resetMs: z.int() })).optional(),
});

/** Verifies a key with one rate limit. A lease that is taken with it tells, to the millisecond, when the store decided. */
export async function observe(gateway: Client, token: string, { withLease }: { readonly withLease: boolean }): Promise<ObservedCall> {
  const sentMs = Date.now();
  const { body } = await expectStatus(200, gateway.post('/int/v1/keys/verify', { token, ...(withLease ? { acquire: { seconds: LEASE_SECONDS } } : {}) }));
  const answeredMs = Date.now();
  const { code, lease, rateLimits } = answerShape.parse(body);
  return {
    sentMs, answeredMs, code,
    decidedMs: lease === undefined ? null : Date.parse(lease.expiresAt) - LEASE_SECONDS * 1000,
    resetMs: code === 'RATE_LIMITED' ? (rateLimits?.[0]?.resetMs ?? null) : null,
  };
}

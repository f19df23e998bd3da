import type { Principal } from './principal.ts';

/** One call of `registry.execute`. Everything in it but the principal is what a caller sent, and none of it is a fact. */
export interface Call {
  readonly method: string;
  /**
   * Who asks, as the authenticate operation answered; null where nobody is known. A promise, which never rejects, where that is still
   * being found out: a decision asks ahead meanwhile, and nothing else begins before it is known.
   */
  readonly principal: Principal | null | Promise<Principal | null>;
  readonly input: unknown;
  /** The tenant that an operator's call names. On the `cus` plane the tenant is the principal's. */
  readonly tenantId?: string | undefined;
  /** Writes only: the same key with the same request answers the first answer again. 1 to 255 visible ASCII characters. */
  readonly idempotencyKey?: string | undefined;
  /** Correlates the answer, the audit entry and the log. Made by the registry where there is none. */
  readonly requestId?: string | undefined;
}

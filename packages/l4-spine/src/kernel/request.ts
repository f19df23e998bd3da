import type { Principal } from './principal.ts';

/** The chain and the storage scope of everything that belongs to no tenant. */
export const PLATFORM = 'platform';

/** One request as facts, invariants and handlers see it: input as the schema parsed it, the rest as the server knows it. */
export interface Request<Input> {
  readonly principal: Principal;
  /** The tenant that the operation works on, or {@link PLATFORM}. From the principal on the `cus` plane. */
  readonly tenantId: string;
  readonly input: Input;
  readonly now: Date;
  readonly requestId: string;
}

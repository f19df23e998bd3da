import type { AnyOperation } from '@hoc/l4-spine/kernel/operation';
import type { Plane } from '@hoc/l4-spine/kernel/principal';
import type { InputError, Result } from '@hoc/l4-spine/kernel/result';
import type { z } from 'zod';
import type { Address } from './spine.ts';

/**
 * One row of HTTP-API.md's table: a path, and the operation that it is. What the operation's input takes, the body or
 * the query gives, field by field and by the same names; the operation's own schema judges it, once, in the kernel.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the plane's prefix, with `{name}` for a parameter. */
  readonly path: string;
  readonly operation: Address;
  readonly success: 200 | 201 | 204;
  /** The path parameter that names the tenant to work on. Operators' routes only. */
  readonly tenant?: string;
  /** The query key that names the tenant to work on. Operators' routes only. */
  readonly tenantQuery?: string;
  /** The body field that names the tenant to work on. Operators' routes only. */
  readonly tenantField?: string;
  /** The input fields that path parameters are, by parameter. A body cannot name them. */
  readonly params?: Readonly<Record<string, string>>;
  /** The input fields that a query may name. Others are unknown. */
  readonly query?: readonly string[];
  /** Whose token the route takes, where it is not one of its plane's admins: an SDK has nothing but its service key. */
  readonly caller?: 'service key';
  /** Where the route is more than one dispatch. */
  readonly composition?: Composition;
  /** Stable name in the OpenAPI document; by default plane, domain and method. */
  readonly id?: string;
  /** A body to show in the OpenAPI document. */
  readonly example?: Readonly<Record<string, unknown>>;
}

/** One request on its way to the spine. */
export interface Dispatch {
  /** The input, from path, query and body. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly tenantId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly requestId: string;
  /** Dispatches one operation as this request's principal, under this request's id. */
  readonly execute: (
    address: Address,
    call: { readonly input: unknown; readonly tenantId?: string | undefined; readonly idempotencyKey?: string | undefined },
  ) => Promise<Result<unknown>>;
  /** What the route's own operation has against an input, as its dispatch would say; nothing, where it takes it. */
  readonly errorsIn: (input: unknown) => readonly InputError[];
}

/** A route that answers with more than one dispatch of its plane's operations. */
export interface Composition {
  /** Every operation that it dispatches, beside the route's own. */
  readonly operations: readonly Address[];
  /** What the route does, where that is not what its operation does. */
  readonly summary?: string;
  run(dispatch: Dispatch): Promise<Result<unknown>>;
  /** What the route takes and answers, where that is not what its operation does; for the document and the serialiser. */
  input?(own: AnyOperation, others: readonly AnyOperation[]): z.ZodType;
  output?(own: AnyOperation, others: readonly AnyOperation[]): z.ZodType;
}

/** The routes of one plane, under its prefix. */
export interface Facade {
  readonly plane: Plane;
  readonly prefix: string;
  readonly routes: readonly Route[];
}

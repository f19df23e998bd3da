import type { AnyOperation } from '@hoc/l4-spine/kernel/operation';
import type { Plane } from '@hoc/l4-spine/kernel/principal';
import type { z } from 'zod';
import { inputSchemaOf, type JsonSchema } from './json-schema.ts';
import type { Facade, Route } from './route.ts';
import type { Address, Spine } from './spine.ts';

/** A route with the operation that it names, checked against the live registry. */
export interface BoundRoute {
  readonly route: Route;
  readonly plane: Plane;
  /** Prefix and path, with `{name}` for a parameter. */
  readonly url: string;
  readonly id: string;
  readonly operation: AnyOperation;
  readonly isWrite: boolean;
  /** Whether the query or the body must name a tenant, because the operation works on one alone. */
  readonly mustNameTenant: boolean;
  readonly queryNames: ReadonlySet<string>;
  /** Query keys that are written as numbers. */
  readonly numericQuery: ReadonlySet<string>;
  /** Input fields that only the path may set. */
  readonly reserved: ReadonlySet<string>;
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}

/**
 * Binds the routes of one plane to the registry's operations.
 * Throws, naming the route, where an operation does not exist, is not for this plane, or does not take what the route gives it.
 */
export function bindRoutes(spine: Spine, { plane, prefix, routes }: Facade): readonly BoundRoute[] {
  return routes.map((route) => {
    const url = `${prefix}${route.path}`;
    const fail = (message: string): never => {
      throw new Error(`${route.method} ${url}: ${message}`);
    };
    const find = (address: Address): AnyOperation => {
      const operation = spine.operation(...address) ?? fail(`there is no operation ${address.join(' ')}`);
      return operation.planes.includes(plane) ? operation : fail(`${address.join(' ')} is not for the plane ${plane}`);
    };
    const operation = find(route.operation);
    const others = route.composition?.operations.map(find) ?? [];
    if (plane === 'cus' && (route.tenant ?? route.tenantQuery ?? route.tenantField) !== undefined) fail('a tenant admin works on the own tenant alone');

    const input = route.composition?.input?.(operation, others) ?? operation.input;
    const output = route.composition?.output?.(operation, others) ?? operation.output;
    const fields = propertiesOf(inputSchemaOf(input));
    const reserved = new Set(Object.values(route.params ?? {}));
    const query = route.query ?? [];
    for (const field of [...reserved, ...query]) {
      if (field !== route.tenantQuery && field !== route.tenantField && !(field in fields)) fail(`${operation.address.join(' ')} takes no ${field}`);
    }
    const parameters = route.path.match(/(?<=\{)[^}]+/g) ?? [];
    for (const parameter of parameters) {
      if (parameter !== route.tenant && route.params?.[parameter] === undefined) fail(`nothing is said about the path parameter ${parameter}`);
    }
    return {
      route, plane, url, operation, reserved, input, output,
      id: route.id ?? camelCase([plane, operation.address[0].split('.')[0] ?? '', operation.address[1]].join('_')),
      isWrite: operation.kind === 'write',
      mustNameTenant: operation.kind !== 'decide' && operation.tenancy === 'tenant' && (route.tenantQuery ?? route.tenantField) !== undefined,
      queryNames: new Set([...query, ...(route.tenantQuery === undefined ? [] : [route.tenantQuery])]),
      numericQuery: new Set(query.filter((name) => isNumeric(fields[name]))),
    };
  });
}

/** The JSON Schema of the fields that an object schema has. */
export const propertiesOf = (schema: JsonSchema): Readonly<Record<string, JsonSchema>> => schema.properties ?? {};

const isNumeric = (schema: JsonSchema | undefined): boolean => schema?.type === 'integer' || schema?.type === 'number';

const camelCase = (name: string): string => name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

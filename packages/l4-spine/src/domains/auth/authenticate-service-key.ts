import { ATTEST_PERMISSION, authenticateServiceKey as decide } from '@hoc/l5-engines/api-keys/authenticate-service-key';
import type { DecideScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { decideOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { principalShape } from './principal-shape.ts';

/** Which service key a request carries, for the one route that is a service key's. The principal may attest, and nothing else. */
export const authenticateServiceKey = decideOperation<DecideScope>()({
  address: ['auth.query', 'authenticate_service_key'],
  planes: [],
  permission: null,
  summary: 'Finds which service key a token is.',
  /** `address`: where the request comes from, as the transport knows it; never as a header claims it. */
  input: z.strictObject({ token: z.string(), address: z.string().nullable() }),
  output: principalShape,
  rejections: { UNAUTHENTICATED: { status: 401, title: 'Unauthenticated' }, PERMISSION_DENIED: { status: 403, title: 'Permission denied' } },
  run: async ({ request: { input, now }, scope }) => {
    const found = await decide(scope, input, now);
    if (found.ok) return ok({ plane: 'cus' as const, ...found.key, permissions: [ATTEST_PERMISSION] });
    switch (found.refusal) {
      case 'UNAUTHENTICATED':
        return reject('UNAUTHENTICATED', 'The request carries no valid token.');
      case 'MANAGEMENT_KEY':
        return reject('PERMISSION_DENIED', 'The key is a management key: this is for a service key to do.');
      case 'FORBIDDEN_ADDRESS':
        return reject('PERMISSION_DENIED', 'The key may not be used from this address.');
      default:
        return found.refusal satisfies never;
    }
  },
});

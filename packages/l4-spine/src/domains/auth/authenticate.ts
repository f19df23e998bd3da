import { authenticate as decide } from '@hoc/l5-engines/account/authenticate';
import type { DecideScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { decideOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';
import { principalShape } from './principal-shape.ts';

/** Who a bearer token speaks for, by the same exact lookup as verification. Open to all: it is how one becomes somebody. */
export const authenticate = decideOperation<DecideScope>()({
  address: ['auth.query', 'authenticate'],
  planes: [],
  permission: null,
  summary: 'Finds who a token speaks for.',
  /** `address`: where the request comes from, as the transport knows it; never as a header claims it. */
  input: z.strictObject({ token: z.string(), address: z.string().nullable() }),
  output: principalShape,
  rejections: { UNAUTHENTICATED: { status: 401, title: 'Unauthenticated' }, PERMISSION_DENIED: { status: 403, title: 'Permission denied' } },
  run: async ({ request: { input, now }, scope }) => {
    const found = await decide(scope, input, now);
    if (found.ok) return ok({ ...found.principal, permissions: [...found.principal.permissions] });
    switch (found.refusal) {
      case 'UNAUTHENTICATED':
        return reject('UNAUTHENTICATED', 'The request carries no valid token.');
      case 'SERVICE_KEY':
        return reject('PERMISSION_DENIED', 'The key is a service key: it has no permission that manages HOC.');
      case 'FORBIDDEN_ADDRESS':
        return reject('PERMISSION_DENIED', 'The key may not be used from this address.');
      default:
        return found.refusal satisfies never;
    }
  },
});

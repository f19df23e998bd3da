import type { AnyOperation } from './operation.ts';
import type { Denial, Rejection } from './result.ts';

/** The denial that a handler's rejection amounts to. Throws where the operation does not declare it. */
export function denialOfRejection({ address, rejections }: AnyOperation, { code, detail, data, retryAfterSeconds }: Rejection<string>, requestId: string): Denial {
  const declared = Object.hasOwn(rejections, code) ? rejections[code] : undefined;
  if (declared === undefined) throw new Error(`${address.join(' ')} rejects with ${code}, which it does not declare`);
  return {
    code, status: declared.status, detail, requestId,
    ...(data === undefined ? {} : { data }), ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

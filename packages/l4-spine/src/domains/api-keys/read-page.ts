import type { ReadScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import type { Request } from '../../kernel/request.ts';
import { ok } from '../../kernel/result.ts';
import { keysetCursor, limit, paged, pageOf, writeKeyset, type Page } from '../page.ts';
import { id, rawText } from '../text.ts';
import { readingsOf } from './readings.ts';
import { environment } from './settings.ts';
import { keyShape, showKey, type KeyShape } from './shapes.ts';

/** What a list of keys may be asked. `status` is the stored one: a key that has expired is still ACTIVE or FROZEN. */
export const listInput = z.strictObject({
  status: keyShape.shape.status.optional(), projectId: id.optional(), environment: environment.optional(),
  ownerRef: rawText(200).min(1).optional(), namePrefix: rawText(200).min(1).optional(), limit, cursor: keysetCursor.optional(),
});

export const keyPage = pageOf(keyShape);

/** One page of the tenant's keys, the newest first. */
export async function readPage(call: {
  readonly request: Request<z.output<typeof listInput>>;
  readonly scope: ReadScope;
}): Promise<{ readonly ok: true; readonly value: Page<KeyShape> }> {
  const { tenantId, input, now } = call.request;
  const { limit: size, cursor: after, ...filter } = input;
  const rows = await call.scope.keys.list(tenantId, { ...filter, after, limit: size + 1 });
  const readings = await readingsOf(call.scope, tenantId, rows);
  return ok(paged(rows, size, (key) => showKey(key, readings, now), writeKeyset));
}

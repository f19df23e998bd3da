import { ALL_TYPES, WEBHOOK_EVENT_TYPES } from '@hoc/l5-engines/outbox/event-types';
import { judgeUrl, type UrlPolicy } from '@hoc/l5-engines/outbound/target-url';
import type { FieldProblem } from '@hoc/l5-engines/rejection';
import { z } from 'zod';
import { rawText } from '../text.ts';

/** Where an endpoint is. Whether it may be there is for {@link judgedUrl} to say, by the operator's policy. */
export const url = rawText(4000).min(1);

/** What an endpoint is told of: types, or `*` for every type that there is or will be. */
export const eventTypes = z
  .array(z.enum([ALL_TYPES, ...WEBHOOK_EVENT_TYPES]))
  .min(1)
  .refine((types) => new Set(types).size === types.length, 'must not hold the same twice')
  .refine((types) => !types.includes(ALL_TYPES) || types.length === 1, `must hold nothing beside ${ALL_TYPES}`);

/** A URL as it is stored and shown, or what is wrong with it. */
export const judgedUrl = (text: string, policy: UrlPolicy): { readonly ok: true; readonly url: string } | { readonly ok: false; readonly problems: readonly FieldProblem[] } => {
  const judged = judgeUrl(text, policy);
  return judged.ok ? { ok: true, url: judged.target.href } : { ok: false, problems: [{ path: ['url'], message: judged.reason }] };
};

import { z } from 'zod';
import type { KeyTexts } from '../key-files.ts';

/** What a worker tells the primary: that it can be told to start; how its start ended, where it failed with a sentence for the operator. */
export type FromWorker =
  | { readonly kind: 'up' }
  | { readonly kind: 'serving'; readonly url: string }
  | { readonly kind: 'failed'; readonly said: string };

/** What a worker serves with, beside its configuration. */
export interface Start {
  readonly keyTexts: KeyTexts;
  /** To listen on; never 0. */
  readonly port: number;
}

/** What the primary tells a worker. */
export type ToWorker = ({ readonly kind: 'start' } & Start) | { readonly kind: 'stop' };

export const fromWorker: z.ZodType<FromWorker> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('up') }),
  z.object({ kind: z.literal('serving'), url: z.string() }),
  z.object({ kind: z.literal('failed'), said: z.string() }),
]);

export const toWorker: z.ZodType<ToWorker> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), keyTexts: z.object({ kek: z.string(), pepper: z.string() }), port: z.int() }),
  z.object({ kind: z.literal('stop') }),
]);

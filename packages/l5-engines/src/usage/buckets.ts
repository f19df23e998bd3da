/** How finely usage is told: by hours or days of UTC. */
export const BUCKETS = ['hour', 'day'] as const;
export type Bucket = (typeof BUCKETS)[number];

const HOUR_MS = 3_600_000;
const WIDTH_MS: Readonly<Record<Bucket, number>> = { hour: HOUR_MS, day: 24 * HOUR_MS };
/** How many buckets are told where nobody says since when. */
const BY_DEFAULT: Readonly<Record<Bucket, number>> = { hour: 24, day: 30 };

/** What somebody asks: the time from `from` up to `to`. */
export interface AskedSpan {
  readonly bucket: Bucket;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Whole buckets, as instants in ms: from `startMs` up to `endMs`. With none in it, `startMs` is `endMs`. */
export interface Span {
  readonly bucket: Bucket;
  readonly startMs: number;
  readonly endMs: number;
}

export type ResolvedSpan = { readonly ok: true; readonly span: Span } | { readonly ok: false; readonly problem: string };

/**
 * The buckets that the asked time touches, each of them whole, and none that is still to come. Without `to`, up to now; without
 * `from`, the last 24 hours or 30 days of it.
 */
export function spanOf({ bucket, from, to }: AskedSpan, now: Date): ResolvedSpan {
  if (from !== undefined && to !== undefined && from.getTime() >= to.getTime()) return { ok: false, problem: 'must lie before "to"' };
  const widthMs = WIDTH_MS[bucket];
  // The bucket that now is in is the last one there is.
  const lastEndMs = floored(now.getTime(), widthMs) + widthMs;
  const endMs = to === undefined ? lastEndMs : Math.min(ceiled(to.getTime(), widthMs), lastEndMs);
  const startMs = from === undefined ? endMs - BY_DEFAULT[bucket] * widthMs : floored(from.getTime(), widthMs);
  return { ok: true, span: { bucket, startMs: Math.min(startMs, endMs), endMs } };
}

/** The newest `size` buckets of a span that end by `untilMs`, and where the next page is to end: null where nothing is left. */
export function newestOf({ bucket, startMs, endMs }: Span, size: number, untilMs: number | undefined): { readonly page: Span; readonly nextUntilMs: number | null } {
  const widthMs = WIDTH_MS[bucket];
  const pageEndMs = Math.max(startMs, untilMs === undefined ? endMs : Math.min(floored(untilMs, widthMs), endMs));
  const pageStartMs = Math.max(startMs, pageEndMs - size * widthMs);
  return { page: { bucket, startMs: pageStartMs, endMs: pageEndMs }, nextUntilMs: pageStartMs > startMs ? pageStartMs : null };
}

/** A sum that is stored: how often there was this verdict in the bucket that begins at `start`. */
export interface BucketCount<Verdict extends string> {
  readonly start: Date;
  readonly verdict: Verdict;
  readonly count: number;
}

export interface FilledBucket<Verdict extends string> {
  readonly start: Date;
  readonly counts: Partial<Record<Verdict, number>>;
}

/** Every bucket of the span, the newest first, with what was counted in it; one in which nothing was has no counts. */
export function filled<Verdict extends string>({ bucket, startMs, endMs }: Span, counted: readonly BucketCount<Verdict>[]): FilledBucket<Verdict>[] {
  const widthMs = WIDTH_MS[bucket];
  const byStart = new Map<number, Partial<Record<Verdict, number>>>();
  for (const { start, verdict, count } of counted) {
    const counts: Partial<Record<Verdict, number>> = byStart.get(start.getTime()) ?? {};
    counts[verdict] = count;
    byStart.set(start.getTime(), counts);
  }
  const buckets: FilledBucket<Verdict>[] = [];
  for (let at = endMs - widthMs; at >= startMs; at -= widthMs) buckets.push({ start: new Date(at), counts: byStart.get(at) ?? {} });
  return buckets;
}

const floored = (ms: number, widthMs: number): number => Math.floor(ms / widthMs) * widthMs;
const ceiled = (ms: number, widthMs: number): number => Math.ceil(ms / widthMs) * widthMs;

import { describe, expect, test } from 'vitest';
import { filled, newestOf, spanOf, type AskedSpan, type Span } from './buckets.ts';

const NOW = new Date('2026-11-23T10:15:30.500Z');
const at = (text: string): Date => new Date(`${text}Z`);

/** A span in words, as it was asked and judged at NOW. */
const resolved = (asked: AskedSpan): string => {
  const judged = spanOf(asked, NOW);
  return judged.ok ? shown(judged.span) : judged.problem;
};
const shown = ({ bucket, startMs, endMs }: Span): string => `${bucket}s ${new Date(startMs).toISOString()} ${new Date(endMs).toISOString()}`;

describe('a span', () => {
  test('that nobody says anything of is of the last 24 hours, or 30 days, this one included', () => {
    expect(resolved({ bucket: 'hour' })).toBe('hours 2026-11-22T11:00:00.000Z 2026-11-23T11:00:00.000Z');
    expect(resolved({ bucket: 'day' })).toBe('days 2026-10-25T00:00:00.000Z 2026-11-24T00:00:00.000Z');
  });

  test('takes in every bucket that it touches, whole', () => {
    expect(resolved({ bucket: 'hour', from: at('2026-11-22T23:59:59.999'), to: at('2026-11-23T01:00:00.001') })).toBe('hours 2026-11-22T23:00:00.000Z 2026-11-23T02:00:00.000Z');
    expect(resolved({ bucket: 'day', from: at('2026-11-20T23:59:59.999'), to: at('2026-11-22T00:00:00.001') })).toBe('days 2026-11-20T00:00:00.000Z 2026-11-23T00:00:00.000Z');
  });

  test('ends before "to" where that is the edge of a bucket', () => {
    expect(resolved({ bucket: 'hour', from: at('2026-11-23T01:00:00.000'), to: at('2026-11-23T02:00:00.000') })).toBe('hours 2026-11-23T01:00:00.000Z 2026-11-23T02:00:00.000Z');
  });

  test('with a "to" alone goes back from there', () => {
    expect(resolved({ bucket: 'hour', to: at('2026-11-01T00:00:00.000') })).toBe('hours 2026-10-31T00:00:00.000Z 2026-11-01T00:00:00.000Z');
    expect(resolved({ bucket: 'day', to: at('2026-11-01T00:00:00.000') })).toBe('days 2026-10-02T00:00:00.000Z 2026-11-01T00:00:00.000Z');
  });

  test('has no bucket that is still to come', () => {
    expect(resolved({ bucket: 'hour', from: at('2026-11-23T09:00:00.000'), to: at('9999-12-31T23:59:59.999') })).toBe('hours 2026-11-23T09:00:00.000Z 2026-11-23T11:00:00.000Z');
    expect(resolved({ bucket: 'hour', from: at('2026-11-23T11:00:00.000') })).toBe('hours 2026-11-23T11:00:00.000Z 2026-11-23T11:00:00.000Z');
    expect(resolved({ bucket: 'hour', from: at('2030-01-01T00:00:00.000'), to: at('2031-01-01T00:00:00.000') })).toBe('hours 2026-11-23T11:00:00.000Z 2026-11-23T11:00:00.000Z');
  });

  test('that ends before it begins, or where it begins, is none', () => {
    for (const to of ['2026-11-22T00:00:00.000', '2026-11-21T00:00:00.000']) expect(resolved({ bucket: 'day', from: at('2026-11-22T00:00:00.000'), to: at(to) })).toBe('must lie before "to"');
  });
});

describe('a page', () => {
  const span: Span = { bucket: 'hour', startMs: at('2026-11-23T00:00:00').getTime(), endMs: at('2026-11-23T05:00:00').getTime() };

  test('is of the newest buckets, and pages that follow each other hold each bucket once', () => {
    for (const size of [1, 2, 3, 4, 5, 6, 200]) {
      const seen: string[] = [];
      let until: number | null | undefined;
      do {
        const { page, nextUntilMs } = newestOf(span, size, until ?? undefined);
        seen.push(...filled(page, []).map(({ start }) => start.toISOString().slice(11, 13)));
        until = nextUntilMs;
      } while (until !== null);
      expect([size, seen]).toEqual([size, ['04', '03', '02', '01', '00']]);
    }
  });

  test('of a span without buckets is empty, and the last', () => {
    expect(newestOf({ ...span, endMs: span.startMs }, 5, undefined)).toEqual({ page: { ...span, endMs: span.startMs }, nextUntilMs: null });
  });

  test('that is to end elsewhere, as after another span, stays within its own', () => {
    expect(newestOf(span, 2, Number.MAX_SAFE_INTEGER)).toEqual(newestOf(span, 2, undefined));
    expect(newestOf(span, 2, 0)).toEqual({ page: { ...span, endMs: span.startMs }, nextUntilMs: null });
    // Between two buckets: those before are whole.
    expect(newestOf(span, 2, span.endMs - 1)).toEqual(newestOf(span, 2, span.endMs - 3_600_000));
  });
});

test('every bucket of a span is told, the newest first, also where nothing was counted', () => {
  const start = at('2026-11-20T00:00:00');
  const counted = [
    { start: at('2026-11-22T00:00:00'), verdict: 'VALID', count: 7 },
    { start, verdict: 'VALID', count: 3 },
    { start, verdict: 'RATE_LIMITED', count: 2 },
  ] as const;
  expect(filled({ bucket: 'day', startMs: start.getTime(), endMs: at('2026-11-23T00:00:00').getTime() }, counted)).toEqual([
    { start: at('2026-11-22T00:00:00'), counts: { VALID: 7 } },
    { start: at('2026-11-21T00:00:00'), counts: {} },
    { start, counts: { VALID: 3, RATE_LIMITED: 2 } },
  ]);
});

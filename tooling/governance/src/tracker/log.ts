import { createHash } from 'node:crypto';
import { readableStamp, STAMP } from '../evidence/stamp.ts';
import type { Status } from '../facts/status.ts';

/** What one line of the log says. */
export interface LogEntry {
  readonly stamp: string;
  readonly domain: string;
  readonly status: Status;
  /** SHA-256 (hex) of the evidence's bytes. */
  readonly sha256: string;
}

/** What the first line is chained to: the digest of nothing. */
export const BEFORE_ALL: string = sha256('');

/** SHA-256 (hex) of a line, without its newline. */
export const digestOfLine = (line: string): string => sha256(line);

/** The path of an evidence's statement, from the governance folder. */
export const evidencePath = (domain: string, stamp: string): string => `evidence/${domain}/${stamp}.json`;

/** The line that follows `previous`. */
export const logLine = ({ stamp, domain, status, sha256: digest }: LogEntry, previous: string | undefined): string =>
  `${readableStamp(stamp)} ${domain} ${status} ${evidencePath(domain, stamp)} sha256=${digest} prev=${previous === undefined ? BEFORE_ALL : digestOfLine(previous)}`;

/** What a line says; null where it is no such line. Whether it is true, and chained, is verify's. */
export function parseLogLine(line: string): (LogEntry & { readonly prev: string }) | null {
  const { time, domain, status, path, digest, prev } = LINE.exec(line)?.groups ?? {};
  if (time === undefined || domain === undefined || path === undefined || digest === undefined || prev === undefined) return null;
  const stamp = new RegExp(STAMP).exec(path)?.[0] ?? '';
  if (readableStamp(stamp) !== time || path !== evidencePath(domain, stamp)) return null;
  return { stamp, domain, status: status as Status, sha256: digest, prev }; // the expression lists the statuses
}

const LINE = /^(?<time>\S+Z) (?<domain>[a-z][a-z0-9_-]*) (?<status>DONE|PARTIAL|BLOCKED|SKIPPED) (?<path>\S+) sha256=(?<digest>[0-9a-f]{64}) prev=(?<prev>[0-9a-f]{64})$/;

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const FORMAT = 'hoc.guards.cache/1';

/**
 * Reads what {@link writeCacheFile} has written.
 * @param key what the content was made from: another key means that it is of no use
 * @returns undefined where there is nothing, or nothing that can be trusted: another key, a half-written or an edited file
 */
export function readCacheFile(path: string, key: string): unknown {
  try {
    const text = readFileSync(path, 'utf8');
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    return text.slice(0, end) === headOf(key, body) ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a file as a whole or not at all, so that runs at the same time may share it. A cache that cannot be written costs time, not
 * the run: a folder that is read-only is no reason to guard nothing.
 */
export function writeCacheFile(path: string, key: string, content: unknown): void {
  const body = JSON.stringify(content);
  const beside = `${path}.${process.pid}.${crypto.randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, `${headOf(key, body)}\n${body}`);
    renameSync(beside, path);
  } catch {
    remove(beside);
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Where nothing can be written, nothing was.
  }
}

const headOf = (key: string, body: string): string => `${FORMAT} ${key} ${hash('sha256', body)}`;

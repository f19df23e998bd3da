import { pino, type Logger } from 'pino';
import type { PrettyOptions } from 'pino-pretty';
import type { Config, LogLevel } from './config.ts';

/** The secret part of a token of any kind (ARCHITECTURE.md, "Keys and verification"); its public id may be read. */
const SECRET_OF_TOKEN = /(hoc_[a-z]+_[0-9A-Za-z]{14}_)[0-9A-Za-z]+/g;

/**
 * Structured JSON on standard output, or lines for people where that is a terminal. Tokens and credentials are
 * never passed to it; the tokens that callers put where they do not belong, as into a path, come out without their secret.
 */
export function createLog(level: LogLevel, { workers }: Pick<Config, 'workers'>): Logger {
  const redact = { paths: ['req.headers.authorization', '*.token', '*.secret', '*.password'], censor: '[redacted]' };
  const hooks = { streamWrite: withoutSecrets };
  return process.stdout.isTTY
    ? pino({ level, redact, hooks, transport: { target: 'pino-pretty', options: forPeople(workers) } })
    : pino({ level, redact, hooks });
}

/** How lines are shown on a terminal: with the process that wrote them, where there are several. */
export const forPeople = (workers: number): PrettyOptions => ({ ignore: workers === 1 ? 'pid,hostname' : 'hostname', translateTime: 'HH:MM:ss' });

/** A line without the secrets of the tokens in it. */
export const withoutSecrets = (line: string): string => line.replaceAll(SECRET_OF_TOKEN, '$1[redacted]');

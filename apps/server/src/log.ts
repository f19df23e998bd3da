import { pino, type Logger } from 'pino';
import type { LogLevel } from './config.ts';

/** Structured JSON on standard output, or lines for people where that is a terminal. Tokens and credentials are never passed to it. */
export function createLog(level: LogLevel): Logger {
  const redact = { paths: ['req.headers.authorization', '*.token', '*.secret', '*.password'], censor: '[redacted]' };
  return process.stdout.isTTY
    ? pino({ level, redact, transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname', translateTime: 'HH:MM:ss' } } })
    : pino({ level, redact });
}

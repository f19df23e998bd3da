import type { Logger } from 'pino';
import type { Composition } from './compose.ts';

/** How a registry tells the log of what went wrong inside. */
export const reporting = (log: Pick<Logger, 'error'>): Pick<Composition, 'reporter' | 'alarm'> => ({
  reporter: { failure: ({ error, ...event }) => log.error({ ...event, err: error }, 'an operation failed') },
  alarm: (row) => log.error({ row }, 'a stored row cannot be read, so what it grants is denied'),
});

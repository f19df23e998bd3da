import { fileURLToPath } from 'node:url';

/** The folder of migrations in drizzle's journal format, one statement per breakpoint. */
export const migrationsFolder = (): string => fileURLToPath(new URL('../migrations', import.meta.url));

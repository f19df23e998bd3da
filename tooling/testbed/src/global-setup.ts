import { migratePostgres } from '@hoc/l6-drivers/database/migrate';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { startPostgresServer, type PostgresServer } from './postgres-server.ts';

/** How suites reach PostgreSQL: a server, and a migrated database on it to copy; or why there is none. */
export type PostgresOffer = { readonly url: string; readonly template: string } | { readonly missing: string };

declare module 'vitest' {
  interface ProvidedContext {
    postgres: PostgresOffer;
  }
}

interface Shared {
  readonly started: Promise<{ readonly server: PostgresServer | null; readonly offer: PostgresOffer }>;
  users: number;
}

/** Every project of a run evaluates this module for itself; what they share is kept where they all see it. */
const shared = globalThis as { hocTestPostgres?: Shared };

/** Starts the PostgreSQL of a run once, for all projects, and stops it after the last of them. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  shared.hocTestPostgres ??= { started: start(), users: 0 };
  const run = shared.hocTestPostgres;
  run.users += 1;
  const { server, offer } = await run.started;
  project.provide('postgres', offer);
  return async () => {
    run.users -= 1;
    if (run.users > 0) return;
    delete shared.hocTestPostgres;
    if ('template' in offer) await onServer(offer.url, `drop database if exists ${offer.template} with (force)`).catch(() => {});
    await server?.stop();
  };
}

async function start(): Promise<{ readonly server: PostgresServer | null; readonly offer: PostgresOffer }> {
  let server: PostgresServer;
  try {
    server = await startPostgresServer();
  } catch (error) {
    // Suites that need it fail with this; those that do not, run.
    return { server: null, offer: { missing: error instanceof Error ? error.message : String(error) } };
  }
  const template = `hoc_template_${process.pid}_${Date.now().toString(36)}`;
  await onServer(server.url, `create database ${template}`);
  await migratePostgres(databaseUrl(server.url, template));
  return { server, offer: { url: server.url, template } };
}

/** The URL of another database on the same server. */
function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function onServer(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

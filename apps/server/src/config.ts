import path from 'node:path';
import { parseAllowedNetworks, type AllowedNetwork } from '@hoc/l5-engines/outbound/allowed-network';
import { z } from 'zod';

/** Where the server keeps its data. */
export type Storage =
  | { readonly kind: 'embedded'; readonly dataDir: string }
  | { readonly kind: 'postgres'; readonly url: string; readonly pooling: Pooling };

/** What a connection to PostgreSQL leads to: a session of its own, or one of a pooler's for each transaction anew. */
export const POOLINGS = ['session', 'transaction'] as const;
export type Pooling = (typeof POOLINGS)[number];

export interface Config {
  readonly host: string;
  readonly port: number;
  /** Processes that answer on that port. */
  readonly workers: number;
  /** By how many processes, of all servers, each LOCAL rate limit is shared out. */
  readonly localShares: number;
  /** Holds the operator token, and with the embedded database all data and the key files. Absolute. */
  readonly dataDir: string;
  readonly storage: Storage;
  /** Absolute paths. `mayCreate`: the embedded default makes the file on its first start. */
  readonly kekFile: KeyFile;
  readonly pepperFile: KeyFile;
  readonly logLevel: LogLevel;
  readonly outbound: OutboundConfig;
  /** How many months of usage are kept, the present one included. */
  readonly usageMonths: number;
  /** How often integrations in use are probed; null: never by themselves. */
  readonly probeEveryMs: number | null;
  /** Null: mail is printed. */
  readonly mail: MailConfig | null;
}

/** Where requests may go whose targets tenants choose. */
export interface OutboundConfig {
  readonly networks: readonly AllowedNetwork[];
  readonly allowHttp: boolean;
  /** Absolute; certificates of authorities that are trusted besides the platform's. */
  readonly caFile: string | null;
}

export interface MailConfig {
  /** May hold a password: it is never shown. */
  readonly smtpUrl: string;
  /** The sender's address. */
  readonly from: string;
}

export interface KeyFile {
  readonly path: string;
  readonly mayCreate: boolean;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Every variable that HOC knows, with what it means; `--help` prints this. */
export const VARIABLES: Readonly<Record<string, string>> = {
  HOC_HOST: 'address to listen on (127.0.0.1)',
  HOC_PORT: 'port to listen on, 0 for a free one (7070)',
  HOC_DATA_DIR: 'folder of the embedded database, the operator token and the key files (.hoc)',
  HOC_DATABASE_URL: 'postgres://… of PostgreSQL 15 or newer (none: the embedded database)',
  HOC_DATABASE_POOLING: 'session, or transaction behind a pooler such as PgBouncer that gives each transaction any session (session)',
  HOC_WORKERS: 'processes that answer on the port, 1 to 64; more than 1 only with HOC_DATABASE_URL (1)',
  HOC_LOCAL_SHARES: 'processes of all servers together, by which LOCAL rate limits are shared out (HOC_WORKERS)',
  HOC_KEK_FILE: 'file with the key-encryption keys; required with HOC_DATABASE_URL (kek in the data folder)',
  HOC_PEPPER_FILE: 'file with the peppers; required with HOC_DATABASE_URL (pepper in the data folder)',
  HOC_OUTBOUND_ALLOW: 'networks, by name, that webhooks and probes may reach although they are private: lab=10.1.0.0/16,127.0.0.0/8; office=… (none)',
  HOC_OUTBOUND_ALLOW_HTTP: 'true: plain HTTP too, to these networks alone (false)',
  HOC_OUTBOUND_CA_FILE: 'PEM file of authorities that webhooks and probes trust besides those of the platform (none)',
  HOC_PROBE_MINUTES: 'how often integrations in use are probed, 0 for never by themselves (15)',
  HOC_USAGE_MONTHS: 'how many months of usage are kept, the present one included, 1 to 1200 (13)',
  HOC_SMTP_URL: 'smtp://… or smtps://… of the mail server (none: mail is printed)',
  HOC_MAIL_FROM: 'address that mail comes from; required with HOC_SMTP_URL',
  HOC_LOG_LEVEL: `${LOG_LEVELS.join(', ')} (info)`,
};

/** Read by the tests alone; a shell that has it set may still start a server. */
const TEST_VARIABLES: ReadonlySet<string> = new Set(['HOC_TEST_DATABASE_URL', 'HOC_TEST_PGBOUNCER']);

const filled = z.string().trim().min(1, 'must not be empty');

const count = (most: number): z.ZodType<number, string> =>
  z.string().regex(/^\d{1,5}$/, `must be a number, 1 to ${most}`).transform(Number).refine((number) => number >= 1 && number <= most, `must be a number, 1 to ${most}`);

const schema = z.object({
  HOC_HOST: filled.default('127.0.0.1'),
  HOC_PORT: z.string().regex(/^\d{1,5}$/, 'must be a port number, 0 to 65535').transform(Number).refine((port) => port <= 65535, 'must be a port number, 0 to 65535').default(7070),
  HOC_DATA_DIR: filled.default('.hoc'),
  HOC_DATABASE_URL: filled.refine(isPostgresUrl, 'must be a URL that begins with postgres:// or postgresql://').optional(),
  HOC_DATABASE_POOLING: z.enum(POOLINGS, `must be one of ${POOLINGS.join(', ')}`).optional(),
  HOC_WORKERS: count(64).default(1),
  HOC_LOCAL_SHARES: count(10_000).optional(),
  HOC_KEK_FILE: filled.optional(),
  HOC_PEPPER_FILE: filled.optional(),
  HOC_OUTBOUND_ALLOW: filled.transform(networksOf).optional(),
  HOC_OUTBOUND_ALLOW_HTTP: z.enum(['true', 'false'], 'must be true or false').default('false'),
  HOC_OUTBOUND_CA_FILE: filled.optional(),
  HOC_PROBE_MINUTES: z.string().regex(/^\d{1,5}$/, 'must be minutes, 0 to 10080').transform(Number).refine((minutes) => minutes <= 10_080, 'must be minutes, 0 to 10080').default(15),
  HOC_USAGE_MONTHS: count(1200).default(13),
  HOC_SMTP_URL: filled.refine(isSmtpUrl, 'must be a URL that begins with smtp:// or smtps:// and names a host').optional(),
  HOC_MAIL_FROM: z.email('must be an e-mail address').optional(),
  HOC_LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
});

/** The sentence for the operator; it never repeats a value, which may hold a password. */
export type Configured = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problem: string };

/** Reads the configuration from the environment. @see README.md, Configuration */
export function readConfig(env: Readonly<Record<string, string | undefined>>, workingFolder: string): Configured {
  const ours = Object.fromEntries(Object.entries(env).filter(([name, value]) => name.startsWith('HOC_') && value !== undefined));
  const unknown = Object.keys(ours).find((name) => !(name in VARIABLES) && !TEST_VARIABLES.has(name));
  if (unknown !== undefined) {
    return { ok: false, problem: `${unknown} is not a variable that HOC knows. Known are ${Object.keys(VARIABLES).join(', ')}.` };
  }
  const parsed = schema.safeParse(ours);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return { ok: false, problem: `${String(issue?.path[0])} ${issue?.message}.` };
  }
  const { HOC_HOST: host, HOC_PORT: port, HOC_LOG_LEVEL: logLevel, HOC_DATABASE_URL: url, HOC_KEK_FILE: kek, HOC_PEPPER_FILE: pepper } = parsed.data;
  const dataDir = path.resolve(workingFolder, parsed.data.HOC_DATA_DIR);
  if (url !== undefined && (kek === undefined || pepper === undefined)) {
    const lacking = kek === undefined ? 'HOC_KEK_FILE' : 'HOC_PEPPER_FILE';
    return {
      ok: false,
      problem: `${lacking} is required with HOC_DATABASE_URL: every server of the installation needs the same file. It has one line per key, "<id> <32 bytes, base64url>", the last is current; make one with: echo "k1 $(openssl rand -base64 32 | tr '+/' '-_' | tr -d '=')" > FILE`,
    };
  }
  const { HOC_WORKERS: workers, HOC_LOCAL_SHARES: localShares = workers, HOC_DATABASE_POOLING: pooling } = parsed.data;
  if (url === undefined && workers > 1) {
    return { ok: false, problem: `HOC_WORKERS above 1 needs HOC_DATABASE_URL: one process at a time may use the embedded database. Name a PostgreSQL, or leave HOC_WORKERS out.` };
  }
  if (url === undefined && pooling !== undefined) return { ok: false, problem: 'HOC_DATABASE_POOLING needs HOC_DATABASE_URL: there is no pooler before the embedded database. Leave it out.' };
  if (localShares < workers) {
    return { ok: false, problem: `HOC_LOCAL_SHARES must be at least HOC_WORKERS, which is ${workers}: it counts the processes of all servers.` };
  }
  const { HOC_SMTP_URL: smtpUrl, HOC_MAIL_FROM: from, HOC_OUTBOUND_CA_FILE: caFile } = parsed.data;
  if (smtpUrl !== undefined && from === undefined) return { ok: false, problem: 'HOC_MAIL_FROM is required with HOC_SMTP_URL.' };
  const keyFile = (named: string | undefined, name: string): KeyFile =>
    named === undefined
      ? { path: path.join(dataDir, name), mayCreate: true }
      : { path: path.resolve(workingFolder, named), mayCreate: false };
  return {
    ok: true,
    config: {
      host, port, workers, localShares, dataDir, logLevel,
      storage: url === undefined ? { kind: 'embedded', dataDir } : { kind: 'postgres', url, pooling: pooling ?? 'session' },
      kekFile: keyFile(kek, 'kek'), pepperFile: keyFile(pepper, 'pepper'),
      outbound: {
        networks: parsed.data.HOC_OUTBOUND_ALLOW ?? [],
        allowHttp: parsed.data.HOC_OUTBOUND_ALLOW_HTTP === 'true',
        caFile: caFile === undefined ? null : path.resolve(workingFolder, caFile),
      },
      usageMonths: parsed.data.HOC_USAGE_MONTHS,
      probeEveryMs: parsed.data.HOC_PROBE_MINUTES === 0 ? null : parsed.data.HOC_PROBE_MINUTES * 60_000,
      mail: smtpUrl === undefined || from === undefined ? null : { smtpUrl, from },
    },
  };
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:$/.test(URL.parse(text)?.protocol ?? '');
}

function isSmtpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '';
}

function networksOf(text: string, context: z.RefinementCtx<string>): readonly AllowedNetwork[] {
  const parsed = parseAllowedNetworks(text);
  if (parsed.ok) return parsed.networks;
  context.addIssue({ code: 'custom', message: `cannot be read: ${parsed.problem}` });
  return z.NEVER;
}

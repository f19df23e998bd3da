import { randomUUID } from 'node:crypto';
import type { Random } from '@hoc/testbed/random';
import { learn, requestOf, send, type Intent, type KeyModel, type ProjectModel, type SentWrite, type Speakers, type TenantModel } from './sent-write.ts';

const WRITERS_PER_TENANT = 3;
/** More live things than this are ended before new ones are made, so that no plan is ever full. */
const OWN_LIVE_THINGS = 6;

/** Writers that go on until the server is gone, and what they sent. */
export interface Load {
  readonly sent: readonly SentWrite[];
  /** Resolves once so many writes have been answered; rejects where one was answered as it must not be. */
  answered(count: number): Promise<void>;
  /** Resolves when every writer has noticed that the server is gone. */
  over(): Promise<void>;
}

/**
 * Starts writers: three on each of the tenants, which make and end keys of their own and projects of the tenant, and one that suspends
 * and resumes the last tenant under the feet of its writers.
 */
export function startLoad(tenants: readonly TenantModel[], speakers: Speakers, random: Random): Load {
  const sent: SentWrite[] = [];
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  const toggled = tenants.at(-1);
  let answers = 0;
  let onAnswer = (): void => {};

  const write = async (tenant: TenantModel, intent: Intent): Promise<Written> => {
    const id = randomUUID();
    const one: SentWrite = { id, tenant, intent, ...requestOf(tenant, intent, id), answer: null };
    sent.push(one);
    try {
      const answer = await send(one, speakers);
      // No verdict: nothing is known of it, as without an answer.
      if (answer.status === 503) return { end: 'UNKNOWN' };
      one.answer = answer;
      answers += 1;
      const isGood = answer.status < 300;
      if (!isGood && (answer.status !== 409 || tenant !== toggled)) fail(new Error(`${one.path} was answered ${answer.status} ${answer.text}`));
      const made = isGood ? learn(one, answer) : null;
      onAnswer();
      return { end: 'ANSWERED', isGood, made };
    } catch {
      return { end: 'GONE' };
    }
  };

  const live = async (tenant: TenantModel, keys: KeyModel[]): Promise<void> => {
    for (;;) {
      const intent = nextIntent(tenant, keys, random);
      const written = await write(tenant, intent);
      if (written.end === 'GONE') return;
      // What became of a key is not known before the crash is over, so this writer leaves it alone.
      const isLost = written.end !== 'ANSWERED' || (written.isGood && (intent.what === 'REVOKE' || intent.what === 'ROTATE'));
      if (isLost && 'key' in intent) keys.splice(keys.indexOf(intent.key), 1);
      if (written.end === 'ANSWERED' && written.made !== null) keys.push(written.made);
    }
  };
  const toggle = async (tenant: TenantModel): Promise<void> => {
    while ((await write(tenant, { what: tenant.status === 'ACTIVE' ? 'SUSPEND' : 'RESUME' })).end !== 'GONE') { /* again */ }
  };

  const writers = tenants.flatMap((tenant) => {
    const liveKeys = [...tenant.keys.values()].filter(({ shown }) => shown.kind === 'SERVICE' && shown.status !== 'REVOKED');
    return Array.from({ length: WRITERS_PER_TENANT }, (_, at) => live(tenant, liveKeys.filter((_, key) => key % WRITERS_PER_TENANT === at)));
  });
  if (toggled !== undefined) writers.push(toggle(toggled));
  return {
    sent,
    answered: (count) => Promise.race([failed, new Promise<void>((resolve) => {
      onAnswer = () => {
        if (answers >= count) resolve();
      };
      onAnswer();
    })]),
    over: async () => {
      await Promise.race([failed, Promise.all(writers)]);
    },
  };
}

type Written =
  | { readonly end: 'ANSWERED'; readonly isGood: boolean; readonly made: KeyModel | null }
  | { readonly end: 'UNKNOWN' | 'GONE' };

/** What a writer does next, with its own keys or with the projects of its tenant. */
function nextIntent(tenant: TenantModel, keys: readonly KeyModel[], random: Random): Intent {
  const dice = random();
  if (dice < 0.12) {
    const free = [...tenant.projects.values()].filter(({ shown, isTaken }) => shown.status === 'ACTIVE' && !isTaken);
    return free.length > OWN_LIVE_THINGS && free[0] !== undefined ? archive(free[0]) : { what: 'CREATE_PROJECT' };
  }
  const key = keys[Math.floor(random() * keys.length)];
  if (key === undefined || (dice < 0.45 && keys.length < OWN_LIVE_THINGS)) return { what: 'CREATE_KEY' };
  if (dice < 0.65) return { what: 'REVOKE', key };
  if (key.shown.status === 'FROZEN') return { what: 'UNFREEZE', key };
  return { what: dice < 0.8 ? 'ROTATE' : 'FREEZE', key };
}

/** Writers share the projects of a tenant; two must not end the same one. */
function archive(project: ProjectModel): Intent {
  project.isTaken = true;
  return { what: 'ARCHIVE_PROJECT', project };
}

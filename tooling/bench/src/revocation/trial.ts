import { setTimeout as sleep } from 'node:timers/promises';
import { valueOf, type HttpClient } from '../load/http-client.ts';
import type { Random } from '@hoc/testbed/random';

/** A key whose verdict is about to change. */
export interface Subject {
  readonly token: string;
  /** What it is verified as before the change, and from the answer to the change on. */
  readonly before: string;
  readonly after: string;
  /** Makes the change; resolves in the turn of the event loop that reads its answer. */
  change(): Promise<void>;
}

/** What one trial has seen. */
export interface Seen {
  /** Verifications that were under way when the change was answered. */
  readonly inFlight: number;
  /** Verifications that began after that. */
  readonly begunAfter: number;
  /** Answers that were not true at any moment between the beginning of the verification and its end. */
  readonly stale: readonly string[];
  /** Answers of 503: honest, but nothing was broken on purpose. */
  readonly unavailable: number;
}

/** Each connection asks so often after the change at least. */
const ASKED_AFTER = 3;
const LONGEST_WAIT_MS = 4;

/**
 * Verifies one key over and over on many connections, changes its state meanwhile, and holds every verification that began after the
 * change was answered against the new state. "Began after" is exact: one process sends all of it, and what it reads it reads in order.
 * @param verifiers connections to all servers, each asking as fast as it is answered
 * @param late connections to all servers that ask for the first time in the very turn that the change is answered in
 */
export async function trial({ token, before, after, change }: Subject, { verifiers, late, random }: { readonly verifiers: readonly HttpClient[]; readonly late: readonly HttpClient[]; readonly random: Random }): Promise<Seen> {
  const stale: string[] = [];
  let isSent = false;
  let isChanged = false;
  let underWay = 0;
  let begunAfter = 0;
  let unavailable = 0;
  const verify = async (client: HttpClient): Promise<boolean> => {
    const isAfter = isChanged;
    underWay += 1;
    const answer = await client.ask('POST', '/int/v1/keys/verify', { token });
    underWay -= 1;
    if (answer.status === 503) {
      unavailable += 1;
      return false;
    }
    const { code } = valueOf<{ code: string }>(answer);
    if (isAfter) begunAfter += 1;
    // What was asked while the change was under way may see either state; what was answered before it was sent still saw the old one.
    const allowed = isAfter ? [after] : isSent ? [before, after] : [before];
    if (!allowed.includes(code)) stale.push(`${code} instead of ${allowed.join(' or ')}`);
    return isAfter;
  };
  const first: Promise<boolean>[] = [];
  const loops = verifiers.map(async (client) => {
    first.push(verify(client));
    await first.at(-1);
    for (let asked = 0; asked < ASKED_AFTER;) asked += (await verify(client)) ? 1 : 0;
  });
  const all = Promise.all(loops);
  // Waited for below; what fails before that fails there.
  all.catch(() => {});
  await Promise.all(first);
  // Anywhere in the verifications that follow one another.
  await sleep(random() * LONGEST_WAIT_MS);
  isSent = true;
  await change();
  isChanged = true;
  const inFlight = underWay;
  await Promise.all([all, ...late.map((client) => verify(client))]);
  return { inFlight, begunAfter, stale, unavailable };
}

import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { envelopeText, seal } from '../evidence/envelope.ts';
import { envelopePath, newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { keyIdOf, readPublicKeys, readSigningKey } from '../evidence/keys.ts';
import { stampOf } from '../evidence/stamp.ts';
import { statementOf } from '../evidence/statement-of.ts';
import { type Closing, type Digested, statementText } from '../evidence/statement.ts';
import type { Status } from '../facts/status.ts';
import { takeLock } from '../lock.ts';
import { Refusal } from '../refusal.ts';
import { type DomainRun, runDomains } from '../run/run-domains.ts';
import { calledAs, folderOf, keyVariableOf, lockOf, placeOf, type Surroundings } from '../surroundings.ts';
import { toolVersions } from '../tool-versions.ts';
import { trackerText } from '../tracker/document.ts';
import { evidencePath, logLine, parseLogLine } from '../tracker/log.ts';
import { readLog } from '../tracker/read-log.ts';
import { rowsOf } from '../tracker/rows.ts';
import { logFindings } from '../verify/log-findings.ts';
import { closable } from './closable.ts';
import { untrackedSources } from './untracked-sources.ts';

export interface Closed {
  readonly domain: string;
  readonly status: Status;
  readonly why: readonly string[];
  /** Path of the statement, from the root. */
  readonly evidence: string;
}

/**
 * Closes domains by proof: runs what must be green, asks what must hold, and writes evidence, row and log line of each.
 * A domain that cannot be closed gets its evidence too, which says why.
 * @throws Refusal before anything is written, where there is nothing true to write: a dirty tree, a tree that moved meanwhile
 */
export async function close(names: readonly string[], surroundings: Surroundings): Promise<readonly Closed[]> {
  const { git, say } = surroundings;
  const domains = closable(names, surroundings);
  const release = takeLock(lockOf(surroundings));
  try {
    refuseDirt([...git.dirt(), ...untrackedSources(surroundings)], surroundings);
    refuseBrokenLog(surroundings);
    const signingKey = signingKeyOf(surroundings);
    const head = git.head();
    refuseFuture(head, surroundings);
    say(`Closing ${[...domains.keys()].join(', ')} at ${head.commit.slice(0, 12)}.`);
    const tools = await toolVersions(surroundings.root, surroundings.config.tools, git.version, surroundings.env);
    const configuration = await digested(surroundings);
    const runs = await runDomains(domains, surroundings);
    refuseMoved(head, surroundings);
    const closed: Closed[] = [];
    for (const [domain, run] of runs) {
      const suite = run.facts.skip === null ? (domains.get(domain)?.suite?.name ?? null) : null;
      closed.push(await record({ ...head, domain, run, tools, configuration, suite }, signingKey, surroundings));
    }
    return closed;
  } finally {
    release();
  }
}

interface Recorded extends Pick<Closing, 'domain' | 'commit' | 'tree' | 'tools' | 'suite'> {
  readonly run: DomainRun;
  readonly configuration: readonly Digested[];
}

/**
 * Evidence first, tracker last, each whole or not at all: whenever this is killed, the tracker is as before or as after. What a
 * kill leaves in between is evidence without a line, which verify names and mend removes.
 */
async function record(parts: Recorded, signingKey: KeyObject | null, surroundings: Surroundings): Promise<Closed> {
  const { write, config } = surroundings;
  const log = readLog(surroundings);
  const stamp = await nextStamp(log, surroundings);
  const keyid = signingKey === null ? null : keyIdOf(createPublicKey(signingKey));
  const statement = statementOf({ ...parts, stamp, keyid });
  const text = statementText(statement);
  const { domain, status, why } = statement.predicate.hocGovernance;
  if (signingKey !== null) await write(placeOf(surroundings, envelopePath(domain, stamp)), envelopeText(seal(Buffer.from(text), signingKey)));
  await write(placeOf(surroundings, evidencePath(domain, stamp)), text);
  const line = logLine({ stamp, domain, status, sha256: sha256(text) }, log.at(-1));
  const rows = rowsOf(config.domains, newestOf(readEvidence(placeOf(surroundings))));
  await write(placeOf(surroundings, 'tracker.md'), trackerText(rows, [...log, line]));
  return { domain, status, why, evidence: `${folderOf(surroundings)}/${evidencePath(domain, stamp)}` };
}

/** A second that no line of the log has reached yet: names of evidence sort as the log does. */
async function nextStamp(log: readonly string[], { now }: Surroundings): Promise<string> {
  const last = parseLogLine(log.at(-1) ?? '')?.stamp ?? '';
  for (let tries = 0; tries < 3; tries += 1) {
    const stamp = stampOf(now());
    if (stamp > last) return stamp;
    await sleep(1000 - (now().getTime() % 1000));
  }
  throw new Refusal(`The clock is behind the last line of the log (${last}).`, 'Set the clock of this machine right, and try again.');
}

function refuseDirt(dirt: readonly string[], surroundings: Surroundings): void {
  if (dirt.length === 0) return;
  const list = dirt.slice(0, 20).map((line) => `\n    ${line}`).join('');
  throw new Refusal(
    `The tree is dirty: evidence would speak of a commit that is not what ran.${list}${dirt.length > 20 ? `\n    … and ${dirt.length - 20} more` : ''}`,
    `Commit what belongs, remove what does not. What a close that was killed has left: \`${calledAs(surroundings)} mend\`.`,
  );
}

/** Evidence whose commit is younger than itself would not be believed. */
function refuseFuture({ commit }: { readonly commit: string }, { git, now }: Surroundings): void {
  const committedAt = git.committedAt(commit);
  if (committedAt !== null && stampOf(committedAt) > stampOf(now())) {
    throw new Refusal(`The commit ${commit} was made at ${committedAt.toISOString()}, which is yet to come.`, 'Set the clock of this machine right, or commit anew on one whose clock is.');
  }
}

function refuseMoved(before: { readonly commit: string }, surroundings: Surroundings): void {
  const { git } = surroundings;
  const after = git.head();
  if (after.commit !== before.commit) {
    throw new Refusal(`HEAD moved from ${before.commit} to ${after.commit} while the commands ran. Nothing was written.`, 'Close again, and leave the tree alone meanwhile.');
  }
  const dirt = [...git.dirt(), ...untrackedSources(surroundings)];
  if (dirt.length === 0) return;
  throw new Refusal(
    `The tree became dirty while the commands ran. Nothing was written.${dirt.slice(0, 20).map((line) => `\n    ${line}`).join('')}`,
    'Let the commands write to ignored files only, and leave the tree alone meanwhile.',
  );
}

/** A new line on a broken chain would only bury the break. */
function refuseBrokenLog(surroundings: Surroundings): void {
  const [first] = logFindings(readLog(surroundings), readEvidence(placeOf(surroundings)));
  if (first !== undefined) throw new Refusal(`The tracker's log is broken: ${first.what}`, `${first.remedy} \`${calledAs(surroundings)} verify --cheap\` lists all.`);
}

function signingKeyOf(surroundings: Surroundings): KeyObject | null {
  const variable = keyVariableOf(surroundings);
  const key = readSigningKey(variable, surroundings.env);
  const { keys, retired } = readPublicKeys(placeOf(surroundings, 'keys'));
  if (key === null) {
    if (keys.size + retired.size === 0) return null;
    throw new Refusal(`This repository signs its evidence, and ${variable} is not set.`, `Let ${variable} name the PEM file of a key whose public half is in ${folderOf(surroundings)}/keys.`, 2);
  }
  if (!keys.has(keyIdOf(createPublicKey(key)))) {
    throw new Refusal(
      `The public half of the key that ${variable} names is not in ${folderOf(surroundings)}/keys.`,
      `openssl pkey -in "$${variable}" -pubout -out ${folderOf(surroundings)}/keys/<name>.pem, and commit it.`, 2,
    );
  }
  return key;
}

const digested = ({ config, root }: Surroundings): Promise<readonly Digested[]> =>
  Promise.all(
    config.configuration.toSorted().map(async (name) => {
      const bytes = await readFile(join(root, name)).catch(() => null);
      if (bytes === null) throw new Refusal(`${name} is named in \`configuration\`, and cannot be read.`, 'Correct the configuration of the governance tool.', 2);
      return { name, digest: { sha256: sha256(bytes) } };
    }),
  );

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');


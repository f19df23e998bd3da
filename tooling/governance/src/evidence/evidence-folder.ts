import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { wordsOf } from '../refusal.ts';
import type { Newest } from '../tracker/rows.ts';
import { evidencePath } from '../tracker/log.ts';
import { STAMP } from './stamp.ts';
import { statementSchema } from './statement-schema.ts';
import type { Statement } from './statement.ts';

/** One evidence as it lies on the disk. */
export interface Evidence {
  readonly domain: string;
  readonly stamp: string;
  /** Of the statement, from the governance folder, with forward slashes. */
  readonly path: string;
  readonly bytes: Buffer;
  /** SHA-256 (hex) of the bytes. */
  readonly sha256: string;
  /** The text of the envelope beside it; null: there is none. */
  readonly envelope: string | null;
}

export interface EvidenceFolder {
  /** By time, then by domain. */
  readonly evidence: readonly (Evidence & { readonly statement: Statement })[];
  /** What lies there and cannot be read, with the reason. */
  readonly unreadable: readonly { readonly path: string; readonly sha256: string | null; readonly what: string }[];
  /** Envelopes without their statement. */
  readonly strayEnvelopes: readonly string[];
}

/** Reads `evidence/` of the governance folder; a folder that is not there is empty. */
export function readEvidence(folder: string): EvidenceFolder {
  const evidence: (Evidence & { statement: Statement })[] = [];
  const unreadable: { path: string; sha256: string | null; what: string }[] = [];
  const strayEnvelopes: string[] = [];
  for (const domain of entriesOf(join(folder, 'evidence'))) {
    if (!statSync(join(folder, 'evidence', domain)).isDirectory()) {
      unreadable.push({ path: `evidence/${domain}`, sha256: null, what: 'is no folder of a domain' });
      continue;
    }
    const files = entriesOf(join(folder, 'evidence', domain));
    for (const file of files) {
      const path = `evidence/${domain}/${file}`;
      const { stamp, kind } = FILE.exec(file)?.groups ?? {};
      if (stamp === undefined) {
        unreadable.push({ path, sha256: null, what: 'is not named as evidence is: <UTC>.json, or <UTC>.dsse.json' });
      } else if (kind !== undefined) {
        if (!files.includes(`${stamp}.json`)) strayEnvelopes.push(path);
      } else {
        const bytes = readFileSync(join(folder, path));
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        try {
          const statement = statementSchema.parse(JSON.parse(bytes.toString('utf8')));
          const beside = join(folder, envelopePath(domain, stamp));
          evidence.push({ domain, stamp, path, bytes, sha256, statement, envelope: existsSync(beside) ? readFileSync(beside, 'utf8') : null });
        } catch (error) {
          unreadable.push({ path, sha256, what: `is no statement (${wordsOf(error)})` });
        }
      }
    }
  }
  return { evidence: evidence.toSorted((a, b) => (a.stamp + a.domain < b.stamp + b.domain ? -1 : 1)), unreadable, strayEnvelopes };
}

/** The newest evidence of each domain: the last by its name. */
export const newestOf = ({ evidence }: EvidenceFolder): ReadonlyMap<string, Newest & { readonly statement: Statement }> =>
  new Map(evidence.map(({ domain, stamp, statement }) => [domain, { stamp, statement, closing: statement.predicate.hocGovernance }]));

/** The path of an evidence's envelope, from the governance folder. */
export const envelopePath = (domain: string, stamp: string): string => evidencePath(domain, stamp).replace(/json$/, 'dsse.json');

const FILE = new RegExp(String.raw`^(?<stamp>${STAMP})\.(?<kind>dsse\.)?json$`);

const entriesOf = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).toSorted() : []);

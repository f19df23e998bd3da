import type { KeyObject } from 'node:crypto';
import { type Evidence, type EvidenceFolder, envelopePath } from '../evidence/evidence-folder.ts';
import { faultOfEnvelope } from '../evidence/envelope.ts';
import type { PublicKeys } from '../evidence/keys.ts';
import type { Statement } from '../evidence/statement.ts';
import { evidencePath, parseLogLine } from '../tracker/log.ts';
import type { Finding } from './finding.ts';

/** What the log had, by the history, when the keys came and went: sets of its lines. */
export interface KeyTimes {
  /** When the first key was added; null: no key is committed. */
  readonly firstKey: ReadonlySet<string> | null;
  /** When each retired key was put among the retired ones, by its file; null: it was not committed there yet. */
  readonly retired: (file: string) => ReadonlySet<string> | null;
}

/** Holds the evidence against the keys. Pure. */
export function signatureFindings({ evidence }: EvidenceFolder, log: readonly string[], keys: PublicKeys, times: KeyTimes): readonly Finding[] {
  const lines = new Map(log.map((line) => {
    const entry = parseLogLine(line);
    return [entry === null ? '' : evidencePath(entry.domain, entry.stamp), line];
  }));
  const firstSigned = evidence.find(({ statement }) => statement.predicate.hocGovernance.signer !== null)?.stamp;
  return [
    ...keys.faults.map(({ file, what }) => ({ what: `keys/${file} ${what}.`, remedy: 'The folder holds public Ed25519 keys in PEM, and nothing else named .pem.' })),
    ...evidence.flatMap((one): readonly Finding[] => {
      const line = lines.get(one.path) ?? '';
      if (one.envelope !== null) return envelopeFindings(one, one.envelope, keysFor(line, keys, times));
      const { signer } = one.statement.predicate.hocGovernance;
      if (signer !== null) return [{ what: `${one.path} says that ${signer.keyid} signed it, and ${envelopePath(one.domain, one.stamp)} is not there.`, remedy: 'Bring the envelope back as it was committed.' }];
      const isOlder = (times.firstKey?.has(line) ?? true) && (firstSigned === undefined || one.stamp < firstSigned);
      return isOlder ? [] : [{ what: `${one.path} is not signed, and it was logged after the first key of this repository was there.`, remedy: 'Close the domain again with the signing key; every evidence since the first key is signed.' }];
    }),
  ];
}

/** The keys that may have signed what a line of the log is about. */
const keysFor = (line: string, { keys, retired }: PublicKeys, times: KeyTimes): ReadonlyMap<string, KeyObject> =>
  new Map([...keys, ...[...retired].filter(([, { file }]) => times.retired(file)?.has(line) ?? true).map(([id, { key }]) => [id, key] as const)]);

function envelopeFindings({ path, domain, stamp, bytes, statement }: Evidence & { readonly statement: Statement }, envelope: string, keys: ReadonlyMap<string, KeyObject>): readonly Finding[] {
  const { signer } = statement.predicate.hocGovernance;
  const fault = faultOfEnvelope(envelope, bytes, keys);
  if (fault !== null) return [{ what: `${envelopePath(domain, stamp)} does not hold: ${fault}.`, remedy: 'Bring envelope, statement and keys back as they were committed, or close the domain again.' }];
  return signer === null || !envelope.includes(signer.keyid) ? [{ what: `${path} does not say that the key of its envelope signed it.`, remedy: 'Bring both back as they were committed.' }] : [];
}

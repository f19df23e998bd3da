import { type EvidenceFolder, envelopePath } from '../evidence/evidence-folder.ts';
import { faultOfEnvelope } from '../evidence/envelope.ts';
import type { PublicKeys } from '../evidence/keys.ts';
import { stampOf } from '../evidence/stamp.ts';
import type { Finding } from './finding.ts';

/**
 * Holds the evidence against the keys. Pure.
 * @param firstKeyAt when the first key was committed; null: none was
 */
export function signatureFindings({ evidence }: EvidenceFolder, { keys, faults }: PublicKeys, firstKeyAt: Date | null): readonly Finding[] {
  const firstSigned = evidence.find(({ statement }) => statement.predicate.hocGovernance.signer !== null)?.stamp;
  const since = [firstSigned, firstKeyAt === null || keys.size === 0 ? undefined : stampOf(firstKeyAt)].flatMap((stamp) => stamp ?? []).toSorted()[0];
  return [
    ...faults.map(({ file, what }) => ({ what: `keys/${file} ${what}.`, remedy: 'The folder holds public Ed25519 keys in PEM, and nothing else named .pem.' })),
    ...evidence.flatMap(({ path, domain, stamp, bytes, statement, envelope }): readonly Finding[] => {
      const { signer } = statement.predicate.hocGovernance;
      const beside = envelopePath(domain, stamp);
      if (envelope === null) {
        if (signer !== null) return [{ what: `${path} says that ${signer.keyid} signed it, and ${beside} is not there.`, remedy: 'Bring the envelope back as it was committed.' }];
        return since !== undefined && stamp > since
          ? [{ what: `${path} is not signed, and it is newer than the first key of this repository.`, remedy: 'Close the domain again with the signing key; every evidence since the first key is signed.' }]
          : [];
      }
      const fault = faultOfEnvelope(envelope, bytes, keys);
      if (fault !== null) return [{ what: `${beside} does not hold: ${fault}.`, remedy: 'Bring envelope, statement and keys back as they were committed, or close the domain again.' }];
      return signer === null || !envelope.includes(signer.keyid)
        ? [{ what: `${path} does not say that the key of its envelope signed it.`, remedy: 'Bring both back as they were committed.' }]
        : [];
    }),
  ];
}

import { judgeUrl, type UrlPolicy } from '../outbound/target-url.ts';
import type { FieldProblem } from '../rejection.ts';
import type { Secret } from '../secret.ts';
import type { ConnectorType } from './rows.ts';

/** What a header can carry, and no more than it should: visible ASCII, with blanks inside. */
const TOKEN = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

const AT: FieldProblem['path'] = ['credential'];

/** What is wrong with a credential of this kind, if anything. The sentence never repeats a part of it. */
export const credentialProblems = (kind: ConnectorType['credentialKind'], credential: Secret | null, policy: UrlPolicy): readonly FieldProblem[] => {
  if (kind === 'NONE') return credential === null ? [] : [{ path: AT, message: 'the connector type takes none' }];
  if (credential === null) return kind === 'OPTIONAL_TOKEN' ? [] : [{ path: AT, message: 'the connector type needs one' }];
  if (!TOKEN.test(credential.reveal())) return [{ path: AT, message: 'must be visible ASCII, with no blanks around it' }];
  if (kind !== 'URL') return [];
  const judged = judgeUrl(credential.reveal(), policy);
  return judged.ok ? [] : [{ path: AT, message: `the URL ${judged.reason}` }];
};

import { digestsOf } from '../digest.ts';
import { tellOldPepper } from '../redigest.ts';
import type { DecideScope, TruthScope } from '../scope.ts';
import { locatorOf, parseToken } from '../token.ts';
import type { KeyTruth } from './key.ts';
import { unreadableField, verdict, type StoredVerdict, type Verdict, type VerdictQuestion } from './verdict.ts';

/** A token, and what the caller wants to know about it. */
export interface VerifyQuestion extends VerdictQuestion {
  readonly token: string;
}

type TruthKey = KeyTruth['key'];

/**
 * The answer to a verification. A negative one names the key and the tenant where the key exists, and nothing else of it.
 * @see HTTP-API.md, `/int/v1/keys/verify`
 */
export type VerifyAnswer =
  | {
      readonly valid: true;
      readonly code: 'VALID';
      readonly keyId: string;
      readonly tenantId: string;
      readonly projectId?: string;
      readonly environment: TruthKey['environment'];
      readonly permissions: readonly string[];
      readonly ownerRef?: string;
      readonly metadata: TruthKey['metadata'];
      readonly expiresAt?: Date;
      /** What it still has to be taken from, before the answer is given; null: nothing. */
      readonly meters: KeyTruth['meters'];
    }
  | { readonly valid: false; readonly code: Exclude<StoredVerdict, 'VALID'>; readonly keyId: string; readonly tenantId: string }
  | { readonly valid: false; readonly code: Extract<Verdict, 'MALFORMED' | 'NOT_FOUND'> };

/** What is true of a presented token: that it is no API key's, that no key has it (null), or all about its key. */
export type PresentedKey = 'MALFORMED' | KeyTruth | null;

/** Asks for the truth about a token. It reads and nothing else, whoever asks. */
export const askTruth = (scope: TruthScope, token: string): Promise<PresentedKey> => {
  const parsed = parseToken(token);
  // An operator's or a service's token is no API key, whatever else it is.
  if (parsed === null || (parsed.prefix !== 'live' && parsed.prefix !== 'test')) return Promise.resolve('MALFORMED');
  const find = (tenantId: string | null): Promise<KeyTruth | null> | null => (tenantId === null ? null : scope.truth.find(tenantId, digestsOf(scope.vault.peppers, token)));
  const tenantId = scope.locators.resolve(locatorOf(parsed.publicId));
  // Most locators are known, and a promise less counts here.
  return tenantId instanceof Promise ? tenantId.then(find) : Promise.resolve(find(tenantId));
};

/**
 * The verdict on a token, from the truth at this moment, but for what its meters say: they are asked of a VALID key alone. An outage throws what the driver throws: no failure of ours
 * becomes a negative verdict.
 */
export const verify = async (
  scope: DecideScope,
  question: VerifyQuestion,
  now: Date,
  presented: Promise<PresentedKey> = askTruth(scope, question.token),
): Promise<VerifyAnswer> => {
  const truth = await presented;
  if (truth === 'MALFORMED') return { valid: false, code: 'MALFORMED' };
  if (truth === null) return { valid: false, code: 'NOT_FOUND' };
  tellOldPepper(scope, question.token, truth.key);
  const field = unreadableField(truth);
  if (field !== null) scope.alarm?.({ tenantId: truth.key.tenantId, id: truth.key.id, field });
  return answer(truth, verdict(truth, question, now));
};

/** The answers in the order of the questions. One question that finds no answer leaves all of them without. */
export const verifyBatch = (scope: DecideScope, questions: readonly VerifyQuestion[], now: Date): Promise<readonly VerifyAnswer[]> =>
  Promise.all(questions.map((question) => verify(scope, question, now)));

const answer = ({ key, meters }: KeyTruth, code: StoredVerdict): VerifyAnswer => {
  const { id: keyId, tenantId } = key;
  if (code !== 'VALID') return { valid: false, code, keyId, tenantId };
  return {
    valid: true,
    code,
    keyId,
    tenantId,
    environment: key.environment,
    permissions: key.permissions,
    metadata: key.metadata,
    meters,
    ...(key.projectId === null ? {} : { projectId: key.projectId }),
    ...(key.ownerRef === null ? {} : { ownerRef: key.ownerRef }),
    ...(key.expiresAt === null ? {} : { expiresAt: key.expiresAt }),
  };
};

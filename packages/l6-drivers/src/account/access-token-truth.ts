import type { AccessToken } from '@hoc/l7-models/account.tables';
import type { Coalescer, Kind } from '../database/coalescer.ts';
import { listOf } from '../database/column-text.ts';
import type { Statement, TextRow } from '../database/sql.ts';
import { textNumber } from '../database/text-number.ts';

/** What an authentication by an access token is made of. */
export interface AccessTokenTruth extends Pick<AccessToken, 'id' | 'plane' | 'name' | 'pepperId'> {
  readonly permissions: readonly string[];
  readonly isRevoked: boolean;
}

/** The digests of a presented token under every pepper in use. */
type Digests = readonly string[];

/** Read by {@link truthOf}. */
const SELECT = 'token.id, token.plane, token.name, token.permissions, token.pepper_id, token.revoked_at is not null';

const ONE: Statement = { name: 'access_token_truth.one', text: `select 1, ${SELECT} from access_tokens as token where token.digest = $1` };
const MANY: Statement = {
  name: 'access_token_truth.many',
  text: `select question.number, ${SELECT} from unnest($1::text[]) with ordinality as question (digest, number) join access_tokens as token on token.digest = question.digest`,
};

const ACCESS_TOKEN_TRUTH: Kind<Digests, AccessTokenTruth | null> = {
  what: 'tokens',
  numberOf: ([digest]) => textNumber(digest ?? ''),
  isSame: (one, other) => one.length === other.length && one.every((digest, at) => digest === other[at]),
  ask: (questions) => {
    const digests = questions.flat();
    const [first] = digests;
    return digests.length === 1 && first !== undefined ? { statement: ONE, params: [first] } : { statement: MANY, params: [digests] };
  },
  answers: (rows, questions) => {
    const found: (AccessTokenTruth | null)[] = questions.map(() => null);
    const askers = questions.flatMap((digests, at) => digests.map(() => at));
    for (const row of rows) found[askers[Number(row[0]) - 1] ?? -1] = truthOf(row);
    return found;
  },
};

/** A row of {@link SELECT}, whose columns' types and checks say that each of these is what it is taken for. */
const truthOf = (row: TextRow): AccessTokenTruth => ({
  id: row[1] as string,
  plane: row[2] as AccessToken['plane'],
  name: row[3] as string,
  permissions: listOf(row[4] as string),
  pepperId: row[5] as string,
  isRevoked: row[6] !== 'f',
});

/** The truth about operators' and services' tokens, in the same waves as that about keys. */
export class AccessTokenTruthReader {
  readonly #ask: (digests: Digests) => Promise<AccessTokenTruth | null>;

  constructor(waves: Coalescer) {
    this.#ask = waves.of(ACCESS_TOKEN_TRUTH);
  }

  /**
   * The token with one of these digests, revoked or not; null where there is none. All digests by one statement: a token that gets
   * the digest under another pepper meanwhile is found under one of them.
   * @throws OutageError where no answer came in time, or too many are waiting; and what the database throws
   */
  find(digests: readonly string[]): Promise<AccessTokenTruth | null> {
    return this.#ask(digests);
  }
}

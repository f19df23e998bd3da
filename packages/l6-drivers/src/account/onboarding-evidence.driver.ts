import { onboardingEvidence, type OnboardingEvidence } from '@hoc/l7-models/account.tables';
import type { EvidenceKind } from '@hoc/l7-models/enums';
import { columns, insertInto } from '../database/columns.ts';
import { json, type Sql, type Statement } from '../database/sql.ts';

const SELECT = `select ${columns(onboardingEvidence)} from onboarding_evidence where tenant_id = $1`;
const LIST: Statement = { name: 'onboarding_evidence.list', text: `${SELECT} order by at, id` };
const GET: Statement = { name: 'onboarding_evidence.get', text: `${SELECT} and kind = $2` };
const ADD: Statement = {
  name: 'onboarding_evidence.add',
  text: `${insertInto(onboardingEvidence)} on conflict (tenant_id, kind) do nothing returning id`,
};

/** Rows that can only be added: what one of them shows stays shown, so that no lock is needed to rely on it. */
export class OnboardingEvidenceReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** In the order of their making. */
  list(tenantId: string): Promise<OnboardingEvidence[]> {
    return this.#sql.run<OnboardingEvidence>(LIST, [tenantId]);
  }

  async get(tenantId: string, kind: EvidenceKind): Promise<OnboardingEvidence | null> {
    const [row] = await this.#sql.run<OnboardingEvidence>(GET, [tenantId, kind]);
    return row ?? null;
  }
}

export class OnboardingEvidenceWriter extends OnboardingEvidenceReader {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    super(sql);
    this.#sql = sql;
  }

  /** Whether it was added; false where the tenant has evidence of this kind already, which then stays. */
  async add({ tenantId, id, step, kind, subject, detail, at }: OnboardingEvidence): Promise<boolean> {
    const rows = await this.#sql.run(ADD, [tenantId, id, step, kind, subject, json(detail), at]);
    return rows.length === 1;
  }
}

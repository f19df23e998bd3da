import { Answer } from './answer.ts';
import { actorOf, type Asker, type OperationModel, type Question, type WriteModel } from './operation.ts';
import { denial, INVALID, judge, NOT_FOUND, stopped, type Denied, type InvariantId, type Judged, type Standing } from './rules.ts';
import { PLATFORM, tenantOf, type Actor, type Json, type State } from './state.ts';

/** One call of the registry, as the model sees it. */
export interface Asked {
  readonly operation: OperationModel<never>;
  readonly input: Json;
  readonly asker: Asker | null;
  /** The tenant that an operator's call names. */
  readonly tenantId?: string | undefined;
  readonly idempotencyKey?: string | undefined;
}

/** What a write leaves on a chain and among the violations, whether it was carried out or not. */
export interface Recorded {
  readonly chain: string;
  readonly outcome: 'COMMITTED' | 'DENIED';
  readonly actor: Actor;
  readonly address: readonly [string, string];
  readonly anchor: string;
  readonly subject: string | null;
  readonly judged: readonly Judged[];
}

/** What the model expects of a call. */
export type Foresight =
  | { readonly is: 'DENIED'; readonly denial: Denied; readonly recorded: Recorded | null }
  | { readonly is: 'REPLAYED'; readonly value: Json }
  /** `take` changes the model as the call has changed the system, and says what the answer must be and what was recorded. */
  | { readonly is: 'DONE'; take(answer: unknown): { readonly value: Json; readonly recorded: Recorded | null } };

const KEPT_MS = 24 * 60 * 60 * 1000;

/** What a call must come to: authority, input, idempotency, degraded mode, rules, then the operation itself. */
export function foresee(state: State, asked: Asked): Foresight {
  const { operation, asker } = asked;
  if (asker === null) return refused(denial('UNAUTHENTICATED', 401), null);
  const tenantId = scopeOf(asked, asker);
  // Where nothing was judged, the chain of whatever tenant the call could be about takes the denial.
  const early = (denied: Denied): Foresight =>
    refused(denied, operation.kind === 'write' ? recordOf(state, operation, asker, { scope: tenantId ?? asker.tenantId ?? PLATFORM, judged: [], subject: null, outcome: 'DENIED' }) : null);
  if (!operation.planes.includes(asker.plane)) return early(denial('PLANE_FORBIDDEN', 403));
  if (!asker.permissions.has(operation.permission)) return early(denial('PERMISSION_DENIED', 403));
  if (tenantId === null) return early(NOT_FOUND);
  // The operation's own input: steps pair the two.
  const question: Question<never> = { state, now: state.now, asker, tenantId, tenant: tenantOf(state, tenantId), input: asked.input as never };
  if (operation.isMalformed?.(question.input) === true) return early(INVALID);
  if (operation.kind === 'write') return foreseeWrite(state, asked, asker, operation, question);
  const outcome = operation.run(question);
  return 'code' in outcome ? refused(outcome, null) : { is: 'DONE', take: () => ({ value: outcome.value, recorded: null }) };
}

function foreseeWrite(state: State, asked: Asked, asker: Asker, operation: WriteModel<never>, question: Question<never>): Foresight {
  const { tenantId } = question;
  const record = (outcome: Recorded['outcome'], judged: readonly Judged[], answer: Json | null): Recorded =>
    recordOf(state, operation, asker, { scope: tenantId, judged, outcome, subject: operation.subject(question, answer) });
  const slot = asked.idempotencyKey === undefined ? null : [tenantId, asker.id, operation.address.join(' '), asked.idempotencyKey].join('|');
  const fingerprint = sorted(asked.input);
  const first = slot === null ? undefined : state.answers.get(slot);
  if (first !== undefined && first.expiresAt > state.now) {
    // An answer about the idempotency key is no verdict on the write: nothing is recorded.
    return first.fingerprint === fingerprint ? { is: 'REPLAYED', value: first.replay } : refused(denial('IDEMPOTENCY_MISMATCH', 422), null);
  }
  if (state.degraded !== null && !operation.isProtective) return refused(denial('DEGRADED', 503), record('DENIED', [], null));
  const judgeAll = (rules: readonly (readonly [InvariantId, Standing])[]): readonly Judged[] => rules.map(([id, standing]) => judge(state, tenantId, id, standing));
  const judged = judgeAll(operation.rules(question));
  const stop = stopped(judged);
  if (stop !== null) return refused(stop, record('DENIED', judged, null));
  const effect = operation.run(question);
  if (typeof effect !== 'function') return refused(effect, record('DENIED', judged, null));
  return {
    is: 'DONE',
    take: (answer) => {
      const value = effect(new Answer(answer));
      if (slot !== null) state.answers.set(slot, { fingerprint, replay: operation.replay?.(value) ?? value, expiresAt: state.now + KEPT_MS });
      return { value, recorded: record('COMMITTED', [...judged, ...judgeAll(operation.rulesAfter?.(question) ?? [])], value) };
    },
  };
}

/** The tenant that a call is about: a tenant's own principal has but one; null where it names another. */
function scopeOf({ operation, tenantId }: Asked, asker: Asker): string | null {
  if (asker.tenantId !== null) return tenantId === undefined || tenantId === asker.tenantId ? asker.tenantId : null;
  return operation.tenancy === 'platform' ? PLATFORM : (tenantId ?? PLATFORM);
}

function recordOf(
  state: State, operation: WriteModel<never>, asker: Asker,
  { scope, ...rest }: { readonly scope: string } & Pick<Recorded, 'judged' | 'outcome' | 'subject'>,
): Recorded {
  // A refusal about a tenant without a chain stands on the platform's; what was committed begins a chain.
  const chain = rest.outcome === 'COMMITTED' || (state.chains.get(scope) ?? 0) > 0 ? scope : PLATFORM;
  return { chain, actor: actorOf(asker), address: operation.address, anchor: operation.anchor, ...rest };
}

const refused = (denied: Denied, recorded: Recorded | null): Foresight => ({ is: 'DENIED', denial: denied, recorded });

/** JSON with its names in order, so that two equal inputs read the same. */
export function sorted(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1))) : part,
  );
}

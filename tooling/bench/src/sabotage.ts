import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Definitions } from '@hoc/l4-spine/catalogue';
import type { AnyDecide, DecideCall } from '@hoc/l4-spine/kernel/operation';

/** Ways of putting into a server what HOC never has, so that the harness can be seen to find it. */
export const SABOTAGES = ['verdict-cache', 'shared-answers', 'mixed-answers'] as const;
export type Sabotage = (typeof SABOTAGES)[number];
export const isSabotage = (name: string): name is Sabotage => SABOTAGES.some((known) => known === name);

/** The program that serves with one of them, named by its argument, and is configured like the server. */
export const SABOTAGED_SERVER: string = fileURLToPath(new URL('../bin/serve-sabotaged.ts', import.meta.url));

/** How long a cached verdict lives: well below what products publish for theirs. */
const LIFE_MS = 50;
/** A database across a street: the time in which a shared answer can be overtaken by a change. */
const DISTANCE_MS = 2;

type Answer = ReturnType<AnyDecide['run']>;

/** The definitions with another verify: for tests and for `pnpm bench revocation`, never for a server of anybody's. */
export const sabotaged = (sabotage: Sabotage) => (definitions: Definitions): Definitions => ({
  ...definitions,
  operations: definitions.operations.map((operation) => {
    if (operation.kind !== 'decide' || operation.address.join(' ') !== 'api_keys.query verify') return operation;
    return { ...operation, run: BY_NAME[sabotage](operation) };
  }),
});

/** A verdict is kept for a short while, as most verifiers do. */
function cached({ run }: AnyDecide): AnyDecide['run'] {
  const known = new Map<string, { readonly answer: Answer; readonly until: number }>();
  return (call) => {
    const token = tokenOf(call);
    const found = known.get(token);
    if (found !== undefined && found.until > performance.now()) return found.answer;
    const answer = run(call);
    known.set(token, { answer, until: performance.now() + LIFE_MS });
    return answer;
  };
}

/** No cache, but who asks while the same is being asked gets that answer: of a statement that may have been sent before a change. */
function shared({ run }: AnyDecide): AnyDecide['run'] {
  const underWay = new Map<string, Answer>();
  return (call) => {
    const token = tokenOf(call);
    const found = underWay.get(token);
    if (found !== undefined) return found;
    const answer = run(call).then(async (value) => {
      await sleep(DISTANCE_MS);
      return value;
    }).finally(() => underWay.delete(token));
    underWay.set(token, answer);
    return answer;
  };
}

/** Every so many-th answer is that of the question before it. */
const MIXED_EACH = 500;

function mixed({ run }: AnyDecide): AnyDecide['run'] {
  let asked = 0;
  let before: Answer | null = null;
  return (call) => {
    asked += 1;
    const answer = run(call);
    const given = asked % MIXED_EACH === 0 && before !== null ? before : answer;
    before = answer;
    return given;
  };
}

const BY_NAME: Readonly<Record<Sabotage, (operation: AnyDecide) => AnyDecide['run']>> = { 'verdict-cache': cached, 'shared-answers': shared, 'mixed-answers': mixed };

/** The call is of verify, whose input has a token. */
const tokenOf = (call: DecideCall<never, never>): string => (call as unknown as DecideCall<{ readonly token: string }, unknown>).request.input.token;

import fc from 'fast-check';
import { createOrganization, createTenant, provision } from './account.ts';
import { ask, compareAll } from './ask.ts';
import type { OperationModel } from './operation.ts';
import type { Json, State } from './state.ts';
import { commands, firstServiceKey } from './steps.ts';
import { begin, type World } from './world.ts';

export const STEPS = 50;

type Commands = Iterable<fc.AsyncCommand<State, World>>;

/**
 * Sequences of exactly so many commands. The library draws shorter ones as well; those are drawn again, but they stay what a
 * counterexample may be shrunk to.
 */
class FullSequences extends fc.Arbitrary<Commands> {
  readonly #ofAnyLength = fc.commands([...commands], { maxCommands: STEPS, size: 'max' }) as fc.Arbitrary<Commands>;

  override generate(random: fc.Random, biasFactor: number | undefined): fc.Value<Commands> {
    for (;;) {
      const drawn = this.#ofAnyLength.generate(random, biasFactor);
      if ([...drawn.value_].length === STEPS) return drawn;
    }
  }

  override canShrinkWithoutContext(value: unknown): value is Commands {
    return this.#ofAnyLength.canShrinkWithoutContext(value);
  }

  override shrink(value: Commands, context: unknown): fc.Stream<fc.Value<Commands>> {
    return this.#ofAnyLength.shrink(value, context);
  }
}

/** The plans of the two tenants at work: the first one's is met by far the most. */
const plans = fc.constantFrom(['FREE', 'TINY'], ['TINY', 'FREE']);

/** The plans of the tenants at work, and the steps. */
export type Drawn = [readonly string[], Commands];

/** Whatever is asked of the system, in whatever order, it answers and stores what the model does. */
export const agrees = (world: World): fc.IAsyncProperty<Drawn> =>
  fc.asyncProperty(plans, new FullSequences(), async (atWork, sequence) => {
    let state: State | undefined;
    await fc.asyncModelRun(async () => {
      state = await begin(world);
      await prologue(state, world, atWork);
      return { model: state, real: world };
    }, sequence);
    if (state !== undefined) await compareAll(state, world);
  });

/** Says what was found, with what it takes to repeat it; throws where something was. */
export function demandAgreement(run: fc.RunDetails<Drawn>): void {
  if (run.failed) throw new Error(fc.defaultReportMessage(run), { cause: run.errorInstance });
}

/** How every sequence begins: an organization, two tenants at work with two keys each, and one tenant that is still CREATING. */
async function prologue(state: State, world: World, atWork: readonly string[]): Promise<void> {
  const { operator } = world.hoc;
  const asks = (operation: OperationModel<never>, input: Json, tenantId?: string): Promise<void> => ask(state, world, { operation, input, asker: operator, tenantId });
  await asks(createOrganization, { name: 'First' });
  const make = (plan: string): Promise<void> =>
    asks(createTenant, { organizationId: state.organizations[0]?.id ?? '', name: plan, plan, contactEmail: 'admin@example.com' });
  for (const [index, plan] of atWork.entries()) {
    await make(plan);
    await asks(provision, {}, state.tenants.at(-1)?.id);
    await firstServiceKey(index).run(state, world);
  }
  await make('PRO');
}

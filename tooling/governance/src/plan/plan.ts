import { domainNamed } from '../close/closable.ts';
import { newestOf, readEvidence } from '../evidence/evidence-folder.ts';
import { factsOf } from '../facts/domain-facts.ts';
import { readMutation } from '../facts/read-mutation.ts';
import { diskFiles } from '../files/disk-files.ts';
import { readProofs } from '../facts/read-proofs.ts';
import { decideStatus } from '../facts/status.ts';
import { Refusal, wordsOf } from '../refusal.ts';
import { folderOf, placeOf, type Surroundings } from '../surroundings.ts';
import { planText } from './plan-text.ts';

/**
 * Writes the plan for a domain's next iteration.
 * @returns its path, from the root
 * @throws Refusal where the domain is unknown, or has invariants whose proofs are not of this tree
 */
export async function plan(name: string, surroundings: Surroundings): Promise<string> {
  const { config, root, write, say } = surroundings;
  const domain = domainNamed(name, config.domains);
  say('▸ the live registry');
  const application = await config.live().catch((error: unknown) => {
    throw new Refusal(`The application could not be asked: ${wordsOf(error)}`, 'Mend it until it can be composed; a plan is made from its live registry.');
  });
  const isBuilt = application.registry.invariants.some(({ id }) => Object.hasOwn(domain.invariants, id));
  const proofs = isBuilt ? await readProofs(root, config.proofs) : { report: null, fault: null };
  // What is missing would depend on what was run last, and not on the tree.
  if (proofs.fault !== null) throw new Refusal(`A plan needs the proofs of this tree: ${proofs.fault}.`, `Run \`${config.proofs.command.join(' ')}\`, then this again.`);
  const declared = new Set(Object.values(config.domains).flatMap(({ invariants }) => Object.keys(invariants)));
  const facts = factsOf(domain, { commands: [], skippedTests: [], passedTests: null, live: { application, fault: null }, proofs, mutation: readMutation(diskFiles(root), config.mutation), declared });
  const status = decideStatus(newestOf(readEvidence(placeOf(surroundings))).get(name)?.closing.facts ?? null).status;
  await write(placeOf(surroundings, 'plans', `${name}.md`), planText({ name, domain, status, registry: application.registry, facts, config }));
  return `${folderOf(surroundings)}/plans/${name}.md`;
}

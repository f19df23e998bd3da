import type { LiveRegistry } from '@hoc/guards/ownership/live-registry';
import { PROOF_KINDS } from '@hoc/guards/coverage/proof-report';
import type { Domain, GovernanceConfig } from '../config.ts';
import { type DomainFacts, familyOf } from '../facts/domain-facts.ts';
import { type Gap, gapsOf, sentenceOf } from '../facts/gaps.ts';
import type { Status } from '../facts/status.ts';
import { type AnchorLine, anchorLines, operationsOf } from './operations-of.ts';

export interface PlanParts {
  readonly name: string;
  readonly domain: Domain;
  readonly status: Status;
  readonly registry: LiveRegistry;
  readonly facts: DomainFacts;
  readonly config: Pick<GovernanceConfig, 'commands' | 'mutation' | 'calledAs' | 'rollback' | 'proofs'>;
}

/** A domain's plan, as Markdown. Pure: the same tree gives the same bytes. */
export function planText(parts: PlanParts): string {
  const { name, domain, status, registry, facts, config } = parts;
  const called = config.calledAs ?? 'hoc-governance';
  const lines = anchorLines(domain, registry);
  const gaps = [...lines.flatMap(anchorGap), ...gapsOf(facts)];
  const exempt = operationsOf(domain, registry).filter(({ exemption }) => exemption !== null);
  const registered = facts.invariants.filter((invariant) => invariant.registered !== null).length;
  return `# The next iteration of ${name}

Written by \`${called} plan ${name}\` from the live registry, the proofs and the mutation summary of this tree. Write it anew instead of editing it.

The domain is ${status}: ${facts.invariants.length} invariants declared, ${registered} registered; ${gaps.length === 1 ? 'one thing stands' : `${gaps.length} things stand`} between it and DONE.

## Anchors against dispatch addresses

| anchor | address and method | standing | kind | routes | invariants | alias |
|---|---|---|---|---|---|---|
${lines.map(anchorRow).join('\n')}

## The invariants

| id | kind | anchors | registered | holds when |
|---|---|---|---|---|
${facts.invariants.map(({ id, declared, registered: live }) => `| ${id} | ${declared.kind} | ${declared.anchors.map(code).join(', ')} | ${live === null ? 'no' : `yes, ${live.severity}, ${live.effectiveMode ?? '?'}`} | ${cell(domain.invariants[id]?.holds ?? '')} |`).join('\n')}

## The gap

${list(gaps.map((gap) => `${sentenceOf(gap)}.`), 'Nothing is missing.')}

Writes without an invariant, by written exemption:

${list(exempt.map(({ address, method, exemption }) => `\`${address} ${method}\`: ${exemption ?? ''}`), 'None.')}

## Tasks

${numbered(tasksOf(gaps), 'None: keep it as it is.')}

## Acceptance

${list([
    `Every invariant (${facts.invariants.map(({ id }) => id).join(', ')}) is registered on its anchors, and each anchor is carried by an operation that names the invariant.`,
    `Each is proven in all six kinds (${PROOF_KINDS.join(', ')}) by tests that pass, and is in mode STRICT on a fresh installation.`,
    `Each ${[...new Set(facts.invariants.map(({ id }) => `\`${familyOf(id)}*\``))].join(' and ')} invariant that is negated, weakened or deleted fails a test; the mutation summary is current and over its thresholds.`,
    `\`${called} close ${name}\` says DONE.`,
  ], '')}

## Verification

\`\`\`sh
${[...(domain.suite === null ? [] : [domain.suite]), ...config.commands].map(({ name: what, argv }) => `${argv.join(' ')}  # ${what}`).join('\n')}
${config.mutation.madeBy}
${called} close ${name}
${called} verify
\`\`\`
${domain.suite === null ? `\nThe domain has no suite yet: give it one in the configuration, once it is there.\n` : ''}
## Rollback

${list([
    'Revert the commits of the iteration (`git revert`), and run the verification again.',
    `Close ${name} once more: evidence and log are only ever appended to, and the row then says what is so.`,
    ...(config.rollback ?? []),
  ], '')}
`;
}

const anchorGap = ({ anchor, dispatched, standing, invariants }: AnchorLine): readonly Gap[] => {
  switch (standing) {
    case 'registered':
      return [];
    case 'planned':
      return [{ about: 'domain', what: `\`${dispatched ?? ''}\`${anchor === null ? '' : ` (anchor \`${anchor}\`)`} is planned, and not registered`, task: `Register \`${dispatched ?? ''}\`${anchor === null ? '' : ` on the anchor \`${anchor}\``}${invariants.length === 0 ? '' : `, guarded by ${invariants.join(', ')}`}, and route it.` }];
    case 'missing':
      return [{ about: 'domain', what: `no address carries the anchor \`${anchor ?? ''}\``, task: `Register an operation that carries \`${anchor ?? ''}\`, or alias the anchor to one that does its work.` }];
  }
};

const anchorRow = ({ anchor, dispatched, standing, kind, routes, invariants, alias }: AnchorLine): string =>
  `| ${[anchor === null ? '–' : code(anchor), dispatched === null ? '–' : code(dispatched), standing, kind, routes.map(code).join(', ') || '–', invariants.join(', ') || '–', alias].join(' | ')} |`;

/** Each task once, in the order of the gaps that ask for it. */
const tasksOf = (gaps: readonly Gap[]): readonly string[] => [...new Set(gaps.map(({ task }) => task))];

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', String.raw`\|`);
const list = (entries: readonly string[], none: string): string => (entries.length === 0 ? none : entries.map((entry) => `- ${entry}`).join('\n'));
const numbered = (entries: readonly string[], none: string): string => (entries.length === 0 ? none : entries.map((entry, at) => `${at + 1}. ${entry}`).join('\n'));

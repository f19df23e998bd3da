import { faultOf } from '../commands/command.ts';
import type { DomainFacts } from './domain-facts.ts';
import { gapsOf, sentenceOf } from './gaps.ts';

export const STATUSES = ['DONE', 'PARTIAL', 'BLOCKED', 'SKIPPED', 'PENDING'] as const;
export type Status = (typeof STATUSES)[number];

export interface Decision {
  readonly status: Status;
  /** Every reason why it is not DONE; empty for DONE. */
  readonly why: readonly string[];
}

/**
 * The status of a domain: the one place that decides it, on facts alone.
 * - PENDING: there is no evidence (null).
 * - SKIPPED: the configuration gives a reason to leave it out.
 * - BLOCKED: a command failed, or the application could not be composed.
 * - PARTIAL: the commands are green, and something of the rest is missing; `why` lists all of it.
 * - DONE: every command green, every invariant reachable, in mode STRICT and proven in all six kinds, and the mutation
 *   summary current, over its thresholds and with every way of breaking an invariant noticed.
 */
export function decideStatus(facts: DomainFacts | null): Decision {
  if (facts === null) return { status: 'PENDING', why: ['there is no evidence yet'] };
  if (facts.skip !== null) return { status: 'SKIPPED', why: [facts.skip] };
  const blocks = facts.commands.flatMap((command) => faultOf(command) ?? []);
  if (facts.commands.length === 0) blocks.push('no command was run');
  if (facts.liveFault !== null) blocks.push(`the application could not be asked: ${facts.liveFault}`);
  const gaps = gapsOf(facts).map(sentenceOf);
  if (facts.invariants.length === 0) gaps.push('the domain declares no invariant');
  if (blocks.length > 0) return { status: 'BLOCKED', why: [...blocks, ...gaps] };
  return gaps.length > 0 ? { status: 'PARTIAL', why: gaps } : { status: 'DONE', why: [] };
}

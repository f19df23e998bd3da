import type { Finding } from './finding.ts';
import type { ParsedFile } from './parsed-file.ts';
import type { Workspace } from './workspace.ts';

/** Something that must hold in a tree. */
export interface Rule {
  /** `<guard>/<rule>`: stable, for exemptions and reports refer to it. */
  readonly id: string;
  /** What it demands, in one line. */
  readonly title: string;
  /** Why it stands. */
  readonly why: string;
  /** What to do instead of breaking it. */
  readonly instead: string;
}

/** What a guard found, and how much it looked at. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** By rule, how many things were examined: files, calls, operations. A rule that examined nothing is blind, which fails the run. */
  readonly examined: Readonly<Record<string, number>>;
}

/**
 * A set of rules over a tree. What it reads of one file is collected apart from the judgement, so that an unchanged file
 * need not be parsed again.
 * @typeParam Facts what is collected of a file: plain JSON data, for it is kept between runs
 */
export interface Guard<Facts = unknown> {
  readonly name: string;
  readonly rules: readonly Rule[];
  /** Reads one file. Pure: the same text gives the same facts. Absent where nothing is read of the syntax. */
  collect?(file: ParsedFile): Facts;
  /** Judges the tree. A rule that cannot run throws, which fails the run. */
  judge(tree: Judged<Facts>): Judgement | Promise<Judgement>;
}

/** What a guard judges. */
export interface Judged<Facts> {
  readonly workspace: Workspace;
  /** What `collect` gave for a file of the workspace. */
  facts(path: string): Facts;
}

/** A guard whatever its facts: in lists of guards. */
// Facts are only ever handed back to the guard that collected them, so `never` in its place is sound.
export type AnyGuard = Guard<never>;

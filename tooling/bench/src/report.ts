import { cpus } from 'node:os';

/** What a benchmark says: what was compared, on what, how often, and what came out. */
export interface Report {
  readonly title: string;
  /** What was compared with what, in sentences. */
  readonly compared: string;
  /** How often: rounds, operations per round, concurrency. */
  readonly often: string;
  readonly figures: readonly { readonly name: string; readonly figure: string }[];
  /** What the design page asks for, and whether this run was within it. */
  readonly target: { readonly asked: string; readonly met: boolean };
}

/** A report for a terminal. */
export function printed({ title, compared, often, figures, target }: Report): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  return [
    title,
    `  compared  ${compared}`,
    `  on        Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    `  how often ${often}`,
    ...figures.map(({ name, figure }) => `  ${name.padEnd(width)}  ${figure}`),
    `  asked     ${target.asked}: ${target.met ? 'met' : 'MISSED'} in this run`,
  ].join('\n');
}

/** A block of commands of the README's five minutes, and the lines that it says are answered; `…` stands for anything. */
export interface Step {
  readonly commands: string;
  readonly answers: readonly string[];
}

/** The fenced `sh` blocks under a heading of a Markdown text, each with the indented block that follows it. */
export function stepsUnder(heading: string, markdown: string): readonly Step[] {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`the README has no section ${heading}`);
  return [...section.matchAll(/^```sh\n(.*?)^```\n(?:\n((?: {4}[^\n]*\n)+))?/gms)].map(([, commands = '', answers = '']) => ({
    commands,
    answers: answers.split('\n').filter((line) => line !== '').map((line) => line.slice(4)),
  }));
}

/** Whether a line is what the README says, `…` standing for anything. */
export function isAsWritten(written: string, line: string): boolean {
  const parts = written.split('…').map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`).test(line);
}

import { isDeepStrictEqual } from 'node:util';
import type { GovernanceConfig } from './config.ts';

/** What is wrong with a configuration that its types cannot say; none: it can be used. */
export function faultsOfConfig({ domains, commands }: Pick<GovernanceConfig, 'domains' | 'commands'>): readonly string[] {
  const owners = new Map<string, string>();
  const faults: string[] = [];
  if (Object.keys(domains).length === 0) faults.push('it declares no domain');
  if (commands.length === 0) faults.push('it has no commands: nothing would have to be green');
  for (const [name, { invariants, skip, suite }] of Object.entries(domains)) {
    // A folder, a column and a word of the log.
    if (!/^[a-z][a-z0-9_-]*$/.test(name)) faults.push(`the domain ${name} is not named in small letters, digits, _ and -`);
    if (skip?.trim() === '') faults.push(`${name} is left out without a reason`);
    if (suite !== null && commands.some((command) => command.name === suite.name)) faults.push(`the suite of ${name} has the name of a shared command, ${suite.name}`);
    if (Object.keys(invariants).length === 0) faults.push(`${name} declares no invariant`);
    for (const [id, { anchors }] of Object.entries(invariants)) {
      const other = owners.get(id);
      if (other !== undefined) faults.push(`${id} is declared by ${other} and by ${name}`);
      owners.set(id, name);
      if (anchors.length === 0) faults.push(`${id} is declared without an anchor`);
    }
  }
  const all = [...commands, ...Object.values(domains).flatMap(({ suite }) => suite ?? [])];
  for (const [at, command] of all.entries()) {
    const same = all.slice(at + 1).find(({ name }) => name === command.name);
    if (same !== undefined && !isDeepStrictEqual(same.argv, command.argv)) faults.push(`two commands have the name ${command.name}`);
    const clash = all.slice(at + 1).find(({ name, report }) => name !== command.name && report.path === command.report.path);
    if (clash !== undefined) faults.push(`${command.name} and ${clash.name} write the same report, ${command.report.path}`);
  }
  return faults;
}

import type { Command } from './command.ts';
import { VoidRun } from './load/driver.ts';
import type { Report } from './report.ts';
import { SABOTAGED_SERVER, type Sabotage } from './sabotage.ts';
import { runTrials, type Outcome } from './revocation/trials.ts';
import { installationFor, type LoadInstallation } from './servers/installation.ts';
import type { ServerProcess } from './servers/server-process.ts';

const PROCESSES = 2;
/** What must be found out. */
const CONTROLS = ['verdict-cache', 'shared-answers'] as const satisfies readonly Sabotage[];
const SABOTAGED_TRIALS = 40;

/** Revoke, freeze and suspend against verify on two processes, and the same on servers that are meant to be found out. */
export const revocation: Command = {
  summary: 'Revoke, freeze and suspend against verify on two processes: no stale answer to what began after the answer to the change.',
  options: {
    trials: { meaning: 'of each change', default: '1000' },
    lanes: { meaning: 'trials side by side, each with a tenant of its own', default: '6' },
    verifiers: { meaning: 'connections per trial and process that verify without end', default: '4' },
    seed: { meaning: 'of the moments of the changes', default: '1' },
  },
  run: async (said) => {
    const installation = await installationFor({ tenants: said.number('lanes') });
    const options = { verifiers: said.number('verifiers'), seed: said.number('seed') };
    try {
      const servers = await Promise.all(Array.from({ length: PROCESSES }, () => installation.startServer()));
      const found = await runTrials(groundOf(installation, servers), { ...options, trials: said.number('trials') });
      const stale = found.filter((outcome) => outcome.stale > 0);
      if (stale.length > 0) {
        const firstWrong = stale.flatMap(({ change, firstStale }) => firstStale.map((line) => `${change}: ${line}`));
        throw new VoidRun({ name: 'revocation', wrong: stale.reduce((total, one) => total + one.stale, 0), firstWrong });
      }
      if (found.some(({ unavailable }) => unavailable > 0)) console.error(servers.map(({ said: words }) => words).join('\n'));
      await Promise.all(servers.map((server) => server.stop()));
      const controls = [];
      for (const sabotage of CONTROLS) controls.push({ sabotage, found: await ofSabotaged(installation, sabotage, options) });
      return reportOf(found, controls, said.text('lanes'), said.text('verifiers'));
    } finally {
      await installation.close();
    }
  },
};

async function ofSabotaged(installation: LoadInstallation, sabotage: Sabotage, options: { readonly verifiers: number; readonly seed: number }): Promise<readonly Outcome[]> {
  const servers = await Promise.all(Array.from({ length: PROCESSES }, () => serverOf(installation, sabotage)));
  try {
    return await runTrials(groundOf(installation, servers), { ...options, trials: SABOTAGED_TRIALS });
  } finally {
    await Promise.all(servers.map((server) => server.kill()));
  }
}

const serverOf = (installation: LoadInstallation, sabotage: Sabotage): Promise<ServerProcess> => installation.startServer({ program: SABOTAGED_SERVER, args: [sabotage] });

const groundOf = ({ gatewayToken, operatorToken, tenants }: LoadInstallation, servers: readonly ServerProcess[]): Parameters<typeof runTrials>[0] => ({
  targets: servers.map(({ target }) => target), gatewayToken, operatorToken, tenants,
});

interface Control {
  readonly sabotage: Sabotage;
  readonly found: readonly Outcome[];
}

function reportOf(found: readonly Outcome[], controls: readonly Control[], lanes: string, verifiers: string): Report {
  const isClean = found.every(({ stale, withSomeInFlight, unavailable }) => stale === 0 && withSomeInFlight > 0 && unavailable === 0);
  const isSharp = controls.every((control) => control.found.some(({ stale }) => stale > 0));
  return {
    title: 'Changes against verification on two processes',
    compared:
      `Each trial verifies a fresh key on ${verifiers} connections to each of ${PROCESSES} server processes without pause, changes its state at one of them meanwhile, and holds each verification that began after the answer to the change, ` +
      `on either, against the new state; UNFREEZE and RESUME must be seen at once as well. The same on servers whose verify was replaced (${CONTROLS.join('; ')}) must find stale answers, or the harness shows nothing.`,
    often: `${found[0]?.trials ?? 0} trials of each change, ${lanes} side by side; ${SABOTAGED_TRIALS} of each on sabotaged servers`,
    figures: [
      ...found.map((outcome) => ({ name: outcome.change, figure: inWords(outcome) })),
      ...controls.flatMap(({ sabotage, found: ofControl }) => ofControl.map((outcome) => ({ name: `${sabotage}: ${outcome.change}`, figure: inWords(outcome) }))),
    ],
    target: { asked: 'no stale answer to a verification that began after the answer to the change, no 503, and some stale ones on the sabotaged servers', met: isClean && isSharp },
  };
}

const inWords = ({ trials, inFlight, withSomeInFlight, begunAfter, stale, firstStale, unavailable }: Outcome): string =>
  `${stale} stale of ${begunAfter} that began after (${trials} trials, ${withSomeInFlight} with verifications in flight, ${inFlight} of them${unavailable === 0 ? '' : `; ${unavailable} answers of 503`})${firstStale.length === 0 ? '' : `: ${firstStale.slice(0, 2).join(', ')}`}`;

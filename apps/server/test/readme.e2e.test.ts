import { execFile, execFileSync, spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { webhookMessage } from '@hoc/l5-engines/outbox/webhook-message';
import { Secret } from '@hoc/l5-engines/secret';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { scratchFolder } from './process/scratch-folder.ts';
import { ROOT, serve } from './process/server-process.ts';
import { freePort } from '@hoc/l2-api/free-port';
import { isAsWritten, stepsUnder, type Step } from './readme/walk-through.ts';

const run = promisify(execFile);
const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
const onboarding = await readFile(path.join(ROOT, 'docs/ONBOARDING.md'), 'utf8');
const meters = await readFile(path.join(ROOT, 'docs/METERS.md'), 'utf8');
/** Where the page about onboarding has its target listen. */
const TARGET_PORT = /\b7443\b/g;
const manifest = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')) as { readonly packageManager: string; readonly scripts: Readonly<Record<string, string>> };

test('the README\'s first command is the one that starts a server, with the pinned pnpm', () => {
  const [start, check] = stepsUnder('Start', readme);
  expect(start?.commands).toBe(`npx --yes ${manifest.packageManager} start\n`);
  expect(check?.commands).toBe(`npx --yes ${manifest.packageManager} test\n`);
  expect(manifest.scripts['start']).toMatch(/^node .*apps\/server\/src\/main\.ts$/);
});

test('no command of the README has a comment behind it: zsh would hand its words on as arguments', () => {
  const pages = [['Start', readme], ['Five minutes', readme], ['A server that may call your machine', onboarding], ['The walk', onboarding], ['By hand', meters]] as const;
  const commands = pages.flatMap(([heading, page]) => stepsUnder(heading, page)).flatMap((step) => step.commands.split('\n'));
  expect(commands.filter((line) => /(^|\s)#/.test(line))).toEqual([]);
});

test('the README\'s five minutes go as they are written, with the curl of this machine and without one', { timeout: 240_000 }, async () => {
  const folder = await scratchFolder();
  const [node = '', ...command] = (manifest.scripts['start'] ?? '').split(' ');
  expect(node).toBe('node');
  const { url } = await serve({ cwd: ROOT, command, env: { HOC_DATA_DIR: path.join(folder, '.hoc') } });
  const tools = await toolsIn(folder);
  const steps = stepsUnder('Five minutes', readme);
  expect(steps.length).toBeGreaterThanOrEqual(7);
  for (const curl of hasCurl() ? [null, tools.curl] : [tools.curl]) {
    const searchPath = [curl, tools.node, process.env['PATH']].filter((part) => typeof part === 'string').join(path.delimiter);
    const said = await walk(steps, folder, url, searchPath);
    expectAsWritten(steps, said);
    const all = said.join('\n');
    for (const word of ['"code":"VALID"', '"code":"TENANT_NOT_ACTIVE"', '"invariantId":"BI-APIKEY-001"', '"remediation":"Resume the tenant']) expect(all).toContain(word);
  }
});

test('a new tenant comes to COMPLETE as docs/ONBOARDING.md has it: by the mail that the server prints, over HTTPS to a target whose certificate the page makes', { timeout: 240_000 }, async () => {
  const folder = await scratchFolder();
  const [certificate, start] = stepsUnder('A server that may call your machine', onboarding);
  await run('sh', ['-eu', '-c', certificate?.commands ?? 'false'], { cwd: folder });
  const [, variables = '', command = ''] = /^((?:[A-Z_]+=\S+ )+)(.*)\n$/.exec(start?.commands ?? '') ?? [];
  expect(command).toBe(`npx --yes ${manifest.packageManager} start | tee hoc.log`);
  const env = Object.fromEntries(variables.trim().split(' ').map((variable): [string, string] => [variable.slice(0, variable.indexOf('=')), variable.slice(variable.indexOf('=') + 1)]));
  const caFile = env['HOC_OUTBOUND_CA_FILE'] ?? '';
  const { url, process: server } = await serve({ cwd: folder, env: { ...env, HOC_OUTBOUND_CA_FILE: path.join(folder, caFile), HOC_DATA_DIR: path.join(folder, '.hoc') } });
  const tools = await toolsIn(folder);
  const port = String(await freePort('127.0.0.1'));
  const steps = stepsUnder('The walk', onboarding).map(({ commands, answers }) => ({ commands: commands.replaceAll(TARGET_PORT, port), answers }));
  for (const curl of hasCurl() ? [null, tools.curl] : [tools.curl]) {
    // What `tee` would have written; the second walk looks for its own mail.
    let written = server.output.length;
    const log = path.join(folder, 'hoc.log');
    await writeFile(log, '');
    const tee = setInterval(() => {
      const news = server.output.slice(written);
      appendFileSync(log, news);
      written += news.length;
    }, 100);
    onTestFinished(() => clearInterval(tee));
    const said = await walk(steps, folder, url, [curl, tools.node, process.env['PATH']].filter((part) => typeof part === 'string').join(path.delimiter));
    clearInterval(tee);
    expectAsWritten(steps, said);
    expect(said.at(-1)).toContain('"state":"COMPLETE"');
  }
});

test('limits, credits, leases and usage go by hand as docs/METERS.md has them', { timeout: 240_000 }, async () => {
  const folder = await scratchFolder();
  const { url } = await serve({ cwd: folder, env: { HOC_DATA_DIR: path.join(folder, '.hoc') } });
  const tools = await toolsIn(folder);
  const steps = stepsUnder('By hand', meters);
  expect(steps.length).toBeGreaterThanOrEqual(6);
  for (const curl of hasCurl() ? [null, tools.curl] : [tools.curl]) {
    const said = await walk(steps, folder, url, [curl, tools.node, process.env['PATH']].filter((part) => typeof part === 'string').join(path.delimiter));
    expectAsWritten(steps, said);
  }
});

test('the receiver of docs/WEBHOOKS.md takes what HOC signs, and nothing else', { timeout: 60_000 }, async () => {
  const page = await readFile(path.join(ROOT, 'docs/WEBHOOKS.md'), 'utf8');
  const [, program = ''] = /^```js\n(.*?)^```$/ms.exec(page) ?? [];
  const [port, secret] = [await freePort('127.0.0.1'), `whsec_${Buffer.alloc(32, 7).toString('base64')}`];
  const placed = program.replace('listen(8080)', `listen(${port}, '127.0.0.1')`);
  expect(placed).not.toBe(program);
  const receiver = spawn(process.execPath, ['--input-type=module', '-e', placed], { cwd: path.join(ROOT, 'apps/server'), env: { ...process.env, WEBHOOK_SECRET: secret }, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void receiver.kill('SIGKILL'));
  const message = { id: 'evt_1', type: 'api_key.created', at: new Date(), payload: { key: { name: 'map tiles' } } };
  const { body, headers } = webhookMessage(message, [new Secret(secret)], new Date());
  const tell = async (told: string): Promise<number> => {
    for (let tries = 0; ; tries++) {
      try {
        return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { ...headers }, body: told })).status;
      } catch (error) {
        if (tries === 100) throw error;
        await setTimeout(100);
      }
    }
  };
  expect(await tell(body)).toBe(204);
  expect(await tell(body.replace('tiles', 'bombs'))).toBe(400);
});

/** Holds what each step printed against what the page says. */
function expectAsWritten(steps: readonly Step[], said: readonly string[]): void {
  for (const [at, { commands, answers }] of steps.entries()) {
    const lines = said[at]?.split('\n').filter((line) => line !== '') ?? [];
    expect(lines, commands).toHaveLength(answers.length);
    for (const [line, answer] of answers.entries()) {
      expect(isAsWritten(answer, lines[line] ?? ''), `${commands}\nsaid ${lines[line]}\nand not ${answer}`).toBe(true);
    }
  }
}

/** Runs the commands in one shell that stops at the first failure, and answers what each step printed. */
async function walk(steps: readonly Step[], cwd: string, url: string, searchPath: string): Promise<readonly string[]> {
  const END = '--- end of step ---';
  const script = steps.map(({ commands }) => `${commands}printf '%s' '${END}'\n`).join('');
  const configured = readConfig({}, '/');
  if (!configured.ok) throw new Error(configured.problem);
  const byDefault = `HOC=http://${configured.config.host}:${configured.config.port}\n`;
  expect(script.split(byDefault), 'the address that the README names is the default one').toHaveLength(2);
  const tidy = `trap 'kill "\${TARGET-}" 2> /dev/null || :' EXIT\n`;
  const { stdout, stderr } = await run('sh', ['-eu', '-c', tidy + script.replace(byDefault, `HOC=${url}\n`)], { cwd, env: { PATH: searchPath }, timeout: 120_000 });
  expect(stderr).toBe('');
  return stdout.split(END).slice(0, -1);
}

const hasCurl = (): boolean => {
  try {
    execFileSync('curl', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

/** Folders for the search path: this Node as `node`, and the stand-in as `curl`. */
async function toolsIn(folder: string): Promise<{ readonly node: string; readonly curl: string }> {
  const standIn = fileURLToPath(new URL('readme/curl-stand-in.ts', import.meta.url));
  const tools = { node: path.join(folder, 'node-tool'), curl: path.join(folder, 'curl-tool') };
  await Promise.all(Object.values(tools).map((tool) => mkdir(tool)));
  await script(path.join(tools.node, 'node'), `exec '${process.execPath}' "$@"`);
  await script(path.join(tools.curl, 'curl'), `exec '${process.execPath}' '${standIn}' "$@"`);
  return tools;
}

async function script(file: string, text: string): Promise<void> {
  await writeFile(file, `#!/bin/sh\n${text}\n`);
  await chmod(file, 0o755);
}

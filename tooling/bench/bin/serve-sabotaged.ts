import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createApp } from '@hoc/l2-api/app';
import { parseKeyring, type Keyring, type KeyringPurpose } from '@hoc/l5-engines/keyring';
import { openDatabase } from '@hoc/l6-drivers/database/open';
import { compose } from '@hoc/server/compose';
import { isSabotage, sabotaged } from '../src/sabotage.ts';

/**
 * HOC on an installation that there is, with a verify that answers from something else than the truth: `serve-sabotaged.ts <sabotage>`,
 * configured like the server. Exists to be found out. Says where it serves.
 */
const [, , sabotage = ''] = process.argv;
if (!isSabotage(sabotage)) throw new Error(`there is no sabotage ${sabotage}`);

const variable = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const ringOf = <Purpose extends KeyringPurpose>(purpose: Purpose, name: string): Keyring<Purpose> => {
  const parsed = parseKeyring(purpose, readFileSync(variable(name), 'utf8'));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
};

const database = await openDatabase({ url: variable('HOC_DATABASE_URL') });
const registry = compose({
  database, substitute: sabotaged(sabotage),
  vault: { keks: ringOf('kek', 'HOC_KEK_FILE'), peppers: ringOf('pepper', 'HOC_PEPPER_FILE'), randomBytes: (length) => randomBytes(length) },
  reporter: { failure: ({ error }) => console.error(error) }, alarm: (row) => console.error(row),
});
const app = await createApp({ registry, ready: async () => true });
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.stdout.write(`${JSON.stringify({ url })}\n`);

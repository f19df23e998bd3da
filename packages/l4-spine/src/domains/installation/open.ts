import { compareCheckValues } from '@hoc/l5-engines/keyring';
import { demandedOf, lackingIn } from '@hoc/l5-engines/pepper-standing';
import type { WriteScope } from '@hoc/l5-engines/scope';
import { z } from 'zod';
import { writeOperation } from '../../kernel/operation.ts';
import { ok, reject } from '../../kernel/result.ts';

/**
 * What every server does first: it holds its key files against what the installation knows of them. The first start
 * records their check values, a key that was added later is recorded when a server first brings it.
 * INVARIANT: a file that lacks a key of this installation, or has another under its id, is refused before anything is
 * served; else keys and credentials would fail one by one. A pepper under which nothing in use is stored may be lacking, as long as that is so: it stays known.
 */
export const openInstallation = writeOperation<WriteScope>()({
  address: ['installation.write', 'open'],
  anchor: 'installation.open',
  planes: ['fdr'],
  permission: 'hoc:installation.open',
  tenancy: 'platform',
  whenDegraded: 'allowed',
  summary: 'Holds the key files of a starting server against the installation. No route leads here, and no token can hold its permission.',
  input: z.strictObject({}),
  output: z.strictObject({ hasOperator: z.boolean() }),
  invariants: [],
  exemption: { reason: 'It runs before anything is served and changes nothing but the check values, which its own comparison guards.' },
  rejections: { WRONG_KEY_FILE: { status: 409, title: 'Wrong key file' } },
  subject: () => null,
  run: async ({ request: { now }, scope: { installation, accessTokens, vault } }) => {
    const stored = await installation.lock(now);
    const keks = compareCheckValues(vault.keks, stored.kekChecks);
    if (!keks.ok) return reject('WRONG_KEY_FILE', keks.problem, { file: 'kek' });
    const uses = lackingIn(vault.peppers, stored.pepperChecks).length === 0 ? [] : await installation.pepperCensus(now);
    const peppers = compareCheckValues(vault.peppers, demandedOf(vault.peppers, stored.pepperChecks, uses));
    if (!peppers.ok) return reject('WRONG_KEY_FILE', peppers.problem, { file: 'pepper' });
    if (keks.isChanged || peppers.isChanged) await installation.save({ kekChecks: keks.values, pepperChecks: { ...stored.pepperChecks, ...peppers.values } });
    return ok({ hasOperator: (await accessTokens.countOperators()) > 0 });
  },
});

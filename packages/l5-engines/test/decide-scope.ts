import type { Taken } from '@hoc/l6-drivers/metering/meter';
import type { AccessToken } from '../src/account/rows.ts';
import type { ApiKey, KeyTruth } from '../src/api-keys/key.ts';
import { LocalLimits } from '../src/metering/local-limits.ts';
import type { UnderOldPepper } from '../src/redigest.ts';
import type { DecideScope, UnreadableRow } from '../src/scope.ts';
import { vault } from './vault.ts';

/** What stands in the database, as decisions see it. */
export interface Stored {
  readonly locators?: Readonly<Record<string, string>>;
  readonly keys?: readonly ApiKey[];
  readonly tenantStatus?: KeyTruth['tenantStatus'];
  readonly projectStatus?: KeyTruth['projectStatus'];
  readonly accessTokens?: readonly AccessToken[];
  readonly meters?: KeyTruth['meters'];
  /** What the store says to each taking, in their order; where it says nothing more, nothing more may be taken. */
  readonly takings?: readonly (Taken | Error)[];
}

type Taking = Parameters<DecideScope['meters']['take']>[0];
type Use = Parameters<DecideScope['usage']['record']>[0];

/** A scope over rows in memory that notes what it was asked, and what alarmed it. */
export interface NotedScope {
  readonly scope: DecideScope;
  readonly asked: string[];
  readonly alarms: UnreadableRow[];
  /** Tokens that were told to be under an older pepper. */
  readonly old: UnderOldPepper[];
  readonly takings: Taking[];
  readonly uses: Use[];
}

export function decideScope(stored: Stored): NotedScope {
  const asked: string[] = [];
  const alarms: UnreadableRow[] = [];
  const old: UnderOldPepper[] = [];
  const takings: Taking[] = [];
  const uses: Use[] = [];
  const { locators = { abcde: 'tnt_1' }, keys = [], tenantStatus = 'ACTIVE', projectStatus = 'ACTIVE', accessTokens = [], meters = null } = stored;
  const scope: DecideScope = {
    vault,
    probe: async () => ({ performed: false, message: 'nothing is sent' }),
    locators: {
      resolve: async (locator) => {
        asked.push(`locator ${locator}`);
        return locators[locator] ?? null;
      },
    },
    truth: {
      find: async (tenantId, digests) => {
        asked.push(`truth ${tenantId}`);
        const key = keys.find((row) => row.tenantId === tenantId && digests.includes(row.digest));
        return key === undefined ? null : { key, tenantStatus, projectStatus: key.projectId === null ? null : projectStatus, meters };
      },
    },
    accessTokens: {
      find: async (digests) => {
        asked.push('access token');
        const found = accessTokens.find((row) => digests.includes(row.digest));
        return found === undefined ? null : { ...found, isRevoked: found.revokedAt !== null };
      },
    },
    meters: {
      take: async (taking) => {
        const said = stored.takings?.[takings.push(taking) - 1];
        if (said === undefined) throw new Error('nothing should have been taken');
        if (said instanceof Error) throw said;
        return said;
      },
      release: async () => false,
      renew: async () => null,
    },
    localLimits: new LocalLimits(),
    usage: { record: (use) => void uses.push(use) },
    alarm: (row) => void alarms.push(row),
    redigest: (found) => void old.push(found),
  };
  return { scope, asked, alarms, old, takings, uses };
}

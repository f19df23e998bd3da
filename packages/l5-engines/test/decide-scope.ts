import type { AccessToken } from '../src/account/rows.ts';
import type { ApiKey, KeyTruth } from '../src/api-keys/key.ts';
import type { DecideScope, UnreadableRow } from '../src/scope.ts';
import { vault } from './vault.ts';

/** What stands in the database, as decisions see it. */
export interface Stored {
  readonly locators?: Readonly<Record<string, string>>;
  readonly keys?: readonly ApiKey[];
  readonly tenantStatus?: KeyTruth['tenantStatus'];
  readonly projectStatus?: KeyTruth['projectStatus'];
  readonly accessTokens?: readonly AccessToken[];
}

/** A scope over rows in memory that notes what it was asked, and what alarmed it. */
export interface NotedScope {
  readonly scope: DecideScope;
  readonly asked: string[];
  readonly alarms: UnreadableRow[];
}

export function decideScope(stored: Stored): NotedScope {
  const asked: string[] = [];
  const alarms: UnreadableRow[] = [];
  const { locators = { abcde: 'tnt_1' }, keys = [], tenantStatus = 'ACTIVE', projectStatus = 'ACTIVE', accessTokens = [] } = stored;
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
        return key === undefined ? null : { key, tenantStatus, projectStatus: key.projectId === null ? null : projectStatus };
      },
    },
    accessTokens: {
      findByDigest: async (digest) => {
        asked.push('access token');
        return accessTokens.find((row) => row.digest === digest) ?? null;
      },
    },
    alarm: (row) => void alarms.push(row),
  };
  return { scope, asked, alarms };
}

import type { NewKey } from '../src/api-keys/issue.ts';
import { newKey } from '../src/api-keys/issue.ts';
import type { ApiKey } from '../src/api-keys/key.ts';
import { vault } from './vault.ts';

export const NOW: Date = new Date('2026-01-01T00:00:00.000Z');
export const operator: ApiKey['createdBy'] = { plane: 'fdr', id: 'tok_operator', name: 'root' };

/** `NOW`, and so many seconds. */
export const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

/** What a plain service key is made of. */
export const plain: NewKey = {
  id: 'key_1',
  tenantId: 'tnt_1',
  locator: 'abcde',
  projectId: 'prj_1',
  name: 'CI',
  environment: 'live',
  permissions: ['docs:read'],
  grantable: null,
  allowedResources: [],
  allowedAddresses: [],
  expiresAt: null,
  metadata: { team: 'search' },
  ownerRef: 'user-7',
  rateLimits: [],
  credits: null,
  maxConcurrent: null,
  by: operator,
  now: NOW,
};

/** A stored key: a plain service key, but for what is said. */
export function storedKey(but: Partial<ApiKey> = {}): ApiKey {
  const issued = newKey(plain, vault);
  if (!issued.ok) throw new Error('the plain key was refused');
  return { ...issued.key, ...but };
}

import { tenantUnderShareLock } from '@hoc/l4-spine/domains/account/facts';
import { grantor, keyUnderUpdateLock, liveKeyCount, projectOfKey } from '@hoc/l4-spine/domains/api-keys/facts';
import type { FaultyFact } from './faults.ts';
import { byAdmin, createKey, onKey, rotateKey, undoRotation, type Ask, type Stage } from './stage.ts';

const create = async (stage: Stage): Promise<Ask> => createKey(await stage.tenant());
const rotate = async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  return rotateKey(tenant, (await stage.key(tenant)).id);
};
const update = async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  return byAdmin(tenant, 'api_keys.write', 'update', { keyId: (await stage.key(tenant)).id, version: 1, name: 'renamed' });
};
const revoke = async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  return onKey(tenant, 'revoke', (await stage.key(tenant)).id);
};
const unfreeze = async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  const { id } = await stage.key(tenant);
  await stage.do(onKey(tenant, 'freeze', id));
  return onKey(tenant, 'unfreeze', id);
};
const undo = async (stage: Stage): Promise<Ask> => {
  const tenant = await stage.tenant();
  const { key } = await stage.do<{ key: { id: string } }>(rotateKey(tenant, (await stage.key(tenant)).id));
  return undoRotation(tenant, key.id);
};

/** Every fact of the keys' rules, in each write that reads it in another way. */
export const apiKeyFacts: readonly FaultyFact[] = [
  { fact: tenantUnderShareLock, needed: 'create a key', rules: ['BI-APIKEY-001', 'BI-APIKEY-002'], monitored: 'FAILED', arrange: create },
  { fact: tenantUnderShareLock, needed: 'rotate a key', rules: ['BI-APIKEY-001'], monitored: 'COMMITTED', arrange: rotate },
  { fact: tenantUnderShareLock, needed: 'unfreeze a key', rules: ['BI-APIKEY-001'], monitored: 'COMMITTED', arrange: unfreeze },
  { fact: tenantUnderShareLock, needed: 'undo a rotation', rules: ['BI-APIKEY-001'], monitored: 'COMMITTED', arrange: undo },
  { fact: liveKeyCount, needed: 'create a key', rules: ['BI-APIKEY-002'], monitored: 'COMMITTED', arrange: create },
  { fact: grantor, needed: 'create a key', rules: ['BI-APIKEY-003'], monitored: 'FAILED', arrange: create },
  { fact: grantor, needed: 'update a key', rules: ['BI-APIKEY-003'], monitored: 'COMMITTED', arrange: update },
  { fact: keyUnderUpdateLock, needed: 'update a key', rules: ['BI-APIKEY-003'], monitored: 'FAILED', arrange: update },
  { fact: keyUnderUpdateLock, needed: 'create a key', rules: ['BI-APIKEY-003'], monitored: 'COMMITTED', arrange: create },
  { fact: keyUnderUpdateLock, needed: 'revoke a key', rules: ['BI-APIKEY-004'], monitored: 'FAILED', arrange: revoke },
  { fact: keyUnderUpdateLock, needed: 'rotate a key', rules: ['BI-APIKEY-003', 'BI-APIKEY-004'], monitored: 'FAILED', arrange: rotate },
  { fact: projectOfKey, needed: 'create a key', rules: ['BI-APIKEY-005'], monitored: 'FAILED', arrange: create },
  { fact: projectOfKey, needed: 'rotate a key', rules: ['BI-APIKEY-005'], monitored: 'COMMITTED', arrange: rotate },
];

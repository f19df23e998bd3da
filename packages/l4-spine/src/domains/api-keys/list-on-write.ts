import type { ReadScope } from '@hoc/l5-engines/scope';
import { readOperation } from '../../kernel/operation.ts';
import { keyPage, listInput, readPage } from './read-page.ts';

/** `api_keys.write` `list`: kept on the write address for those who rely on it. It is a read, in a read scope, and no invariant guards it. */
export const listOnWrite = readOperation<ReadScope>()({
  address: ['api_keys.write', 'list'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:keys.read',
  tenancy: 'tenant',
  summary: 'Lists API keys, the newest first. Use api_keys.query list.',
  input: listInput,
  output: keyPage,
  rejections: {},
  run: readPage,
});

import type { ReadScope } from '@hoc/l5-engines/scope';
import { readOperation } from '../../kernel/operation.ts';
import { keyPage, listInput, readPage } from './read-page.ts';

/** The tenant's keys. */
export const list = readOperation<ReadScope>()({
  address: ['api_keys.query', 'list'],
  anchor: null,
  planes: ['cus'],
  permission: 'hoc:keys.read',
  tenancy: 'tenant',
  summary: 'Lists API keys, the newest first.',
  input: listInput,
  output: keyPage,
  rejections: {},
  run: readPage,
});

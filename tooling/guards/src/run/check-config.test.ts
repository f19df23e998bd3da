import { expect, test } from 'vitest';
import { checkConfig } from './check-config.ts';

const files = { include: ['src/**/*.ts'] };
/** All that must be said of transactions, but what is allowed. */
const TRANSACTIONS = { files: ['src/**'], control: ['commit'], owners: [], tenant: {}, sql: {}, types: [], signatures: [], writes: [], foreign: {} };
const refusal = (value: unknown): string => {
  try {
    checkConfig(value, 'guards.config.ts');
    return 'it was taken';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};
const exemption = { path: 'src/a.ts', rule: 'order/neat', finding: 'a is untidy', reason: 'soon', expires: '2030-01-01' };

test('a configuration that has its shape is taken as it is', () => {
  const config = { files, layers: [{ name: 'all', path: 'src/**' }], exemptions: [exemption] };
  expect(checkConfig(config, 'guards.config.ts')).toBe(config);
});

test.each([
  [undefined, 'has no default export'],
  [[], 'the configuration is []: write an object'],
  [{}, "the configuration has no 'files': add it"],
  [{ files, boundary: {} }, "the configuration has an unknown key 'boundary': it may have files, layers, boundaries"],
  [{ files: { includes: [] } }, "files has an unknown key 'includes'"],
  [{ files: { include: [] } }, 'files.include is empty'],
  [{ files: { include: 'src' } }, 'files.include is "src": write a list'],
  [{ files: { include: ['src/[a'] } }, 'files.include[0] is "src/[a", which is no glob'],
  [{ files: { include: ['./src'] } }, 'files.include[0] is "./src": write it from the folder of the configuration'],
  [{ files: { include: ['/src'] } }, 'without ./, ../, / or ! before it'],
  [{ files: { include: ['src\\a'] } }, 'write forward slashes'],
  [{ files, transactions: { allowed: [{ path: 'a.ts', may: ['raw-slq'], why: 'b' }], ...TRANSACTIONS } }, 'transactions.allowed[0].may[0] is "raw-slq": write one of control-call, control-import, raw-sql, foreign-io'],
  [{ files, layers: [{ name: 'a' }] }, "layers[0] has no 'path'"],
  [{ files, boundaries: {} }, "boundaries has no 'rules'"],
  [{ files, ownership: { live: 1, operations: {} } }, 'ownership.live is 1: write a function'],
  [{ files, coverage: { live: () => undefined, invariants: { files: ['a'], factories: [], key: 'id' } } }, "coverage has no 'proofs'"],
  [{ files, exemptions: [{ ...exemption, expires: '2030-02-30' }] }, 'exemptions[0].expires is "2030-02-30", which is no day'],
  [{ files, exemptions: [{ ...exemption, expires: 'soon' }] }, 'write it as YYYY-MM-DD'],
  [{ files, exemptions: [{ ...exemption, until: 1 }] }, "exemptions[0] has an unknown key 'until'"],
  [{ files, exemptions: [{ ...exemption, finding: undefined }] }, "exemptions[0] has no 'finding'"],
  [{ files, exemptions: [{ ...exemption, times: 0 }] }, 'exemptions[0].times is 0: write a whole number from 1'],
])('%j is refused, and told what to write instead', (value, told) => {
  expect(refusal(value)).toContain(told);
});

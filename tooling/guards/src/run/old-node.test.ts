import { expect, test } from 'vitest';
import { oldNode } from './old-node.ts';

test.each(['18.20.0', '20.20.2', '22.17.1'])('Node %s is told to be too old, before anything is loaded that it cannot read', (version) => {
  expect(oldNode(version)).toContain(`this is ${version}`);
});

test.each(['22.18.0', '23.0.0', '26.10.0'])('Node %s will do', (version) => {
  expect(oldNode(version)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { addressPrefix } from './address-prefix.ts';

test.each([
  ['203.0.113.77', '203.0.113.0/24'],
  ['0.0.0.0', '0.0.0.0/24'],
  ['::ffff:203.0.113.77', '203.0.113.0/24'],
  ['::FFFF:cb00:714d', '203.0.113.0/24'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1::/48'],
  ['2001:0DB8:0001::6', '2001:db8:1::/48'],
  ['2001:db8::6', '2001:db8::/48'],
  ['fe80::1%eth0', 'fe80::/48'],
  ['::1', '::/48'],
  ['::', '::/48'],
  ['0:0:7::', '0:0:7::/48'],
  ['64:ff9b::192.0.2.33', '64:ff9b::/48'],
])('of %s is kept: %s', (address, prefix) => {
  expect(addressPrefix(address)).toBe(prefix);
});

test.each(['', 'localhost', '1.2.3', '1.2.3.256', '1.2.3.4.5', '1::2::3', '12345::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7::8:9', 'g::1', '1.2.3.4::'])(
  'of what is no address, nothing is kept: %j',
  (address) => {
    expect(addressPrefix(address)).toBeNull();
  },
);

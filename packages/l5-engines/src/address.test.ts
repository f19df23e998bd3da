import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isAddress, isInRanges, parseCidr } from './address.ts';

describe('ranges', () => {
  test.each([
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.2', false],
    ['2001:db8::1/128', '2001:db8::1', true],
    ['2001:db8::1/128', '2001:db8::2', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['2001:DB8:0:0::1', '2001:db8::1', true],
    ['::/0', '2001:db8::1', true],
    ['::/0', '203.0.113.9', false],
    ['::/0', '::ffff:203.0.113.9', false],
    ['10.0.0.0/8', '::ffff:10.1.1.1', true],
    ['10.0.0.0/8', '::ffff:a01:101', true],
    ['::ffff:10.0.0.0/104', '10.1.1.1', true],
    ['::ffff:10.0.0.0/104', '11.1.1.1', false],
    ['::ffff:0.0.0.0/96', '203.0.113.9', true],
    ['::ffff:10.0.0.0/90', '10.1.1.1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::/0', 'nonsense', false],
    ['10.0.0.0/33', '10.0.0.1', false],
    ['nonsense', '10.0.0.1', false],
    ['10.0.0.0/8', 'nonsense', false],
    ['10.0.0.0/8', '', false],
  ])('%s contains %s: %s', (range, address, expected) => {
    expect(isInRanges([range], address)).toBe(expected);
  });

  test('one of several is enough; none is not', () => {
    expect(isInRanges(['192.0.2.0/24', '2001:db8::/32'], '192.0.2.7')).toBe(true);
    expect(isInRanges([], '192.0.2.7')).toBe(false);
  });

  test('an IPv4 range contains exactly the addresses that share its leading bits', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.');
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 32 }), fc.boolean(), (base, client, bits, isNear) => {
        const near = isNear && bits > 0 ? (base ^ (client >>> bits)) >>> 0 : client;
        const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
        expect(isInRanges([`${dotted(base)}/${bits}`], dotted(near))).toBe(((base & mask) >>> 0) === ((near & mask) >>> 0));
      }),
    );
  });
});

describe('what is no range', () => {
  test.each(['', '/', '10.0.0.0/', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/8/8', '10.0.0.0/ 8', '10.0.0.0/8.0', '10.0.0/8', '0x0a.0.0.0/8', '010.0.0.0/8', '167772160', '::/129', 'fe80::1%eth0/64', ':::/0', '10.0.0.256/32', '2001:db8::/32\0'])(
    '%j',
    (text) => {
      expect(parseCidr(text)).toBeNull();
    },
  );

  test('no text makes reading throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.stringMatching(/^[0-9a-f:./%]{0,45}$/)), (text) => {
        parseCidr(text);
        isAddress(text);
      }),
    );
  });
});

test('an address is one address, and no range', () => {
  expect(['192.0.2.7', '2001:db8::1', '::ffff:192.0.2.7', 'fe80::1%eth0'].every(isAddress)).toBe(true);
  expect(['192.0.2.0/24', '192.0.2', '1', 'localhost', ''].some(isAddress)).toBe(false);
});

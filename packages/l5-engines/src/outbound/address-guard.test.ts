import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeAddress } from './address-guard.ts';

const LAB = [{ name: 'lab', ranges: ['10.1.0.0/16', '127.0.0.0/8', 'fd12::/16'] }];
const isPublic = (address: string): boolean => judgeAddress(address, []).ok;

describe('addresses of the public internet are reached', () => {
  test.each(['8.8.8.8', '93.184.216.34', '1.1.1.1', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '169.253.255.255', '198.17.255.255', '223.255.255.255', '2606:4700::1111', '2a00:1450::1'])(
    '%s',
    (address) => expect(judgeAddress(address, [])).toEqual({ ok: true, network: null }),
  );

  test('and behind NAT64, where the IPv4 address in it is one', () => {
    expect(isPublic('64:ff9b::8.8.8.8')).toBe(true);
    expect(isPublic('64:ff9b::808:808')).toBe(true);
  });
});

describe('all others are refused', () => {
  test.each([
    ['0.0.0.0', 'an unspecified address'],
    ['0.1.2.3', 'an unspecified address'],
    ['10.0.0.1', 'a private address'],
    ['172.16.0.1', 'a private address'],
    ['172.31.255.255', 'a private address'],
    ['192.168.255.255', 'a private address'],
    ['127.0.0.1', 'a loopback address'],
    ['127.255.255.254', 'a loopback address'],
    ['169.254.0.1', 'a link-local address'],
    ['100.64.0.1', 'an address of shared address space'],
    ['100.127.255.255', 'an address of shared address space'],
    ['192.0.0.1', 'a reserved address'],
    ['192.0.2.1', 'a reserved address'],
    ['198.51.100.1', 'a reserved address'],
    ['203.0.113.1', 'a reserved address'],
    ['198.18.0.1', 'a reserved address'],
    ['198.19.255.255', 'a reserved address'],
    ['192.88.99.1', 'a reserved address'],
    ['224.0.0.1', 'a multicast address'],
    ['239.255.255.255', 'a multicast address'],
    ['240.0.0.1', 'a reserved address'],
    ['255.255.255.255', 'a broadcast address'],
    ['::', 'an unspecified address'],
    ['::1', 'a loopback address'],
    ['fe80::1', 'a link-local address'],
    ['fc00::1', 'a private address'],
    ['fdff::1', 'a private address'],
    ['fec0::1', 'a reserved address'],
    ['ff02::1', 'a multicast address'],
    ['2001:db8::1', 'a reserved address'],
    ['3fff::1', 'a reserved address'],
    ['100::1', 'a reserved address'],
    ['5f00::1', 'a reserved address'],
    ['4000::1', 'a reserved address'],
  ])('%s is %s', (address, reason) => expect(judgeAddress(address, [])).toEqual({ ok: false, reason }));

  test.each([
    ['IPv4-mapped loopback', '::ffff:127.0.0.1'],
    ['IPv4-mapped loopback, in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-mapped private', '::ffff:10.0.0.1'],
    ['IPv4-compatible loopback', '::127.0.0.1'],
    ['IPv4-translated loopback', '::ffff:0:127.0.0.1'],
    ['NAT64 of loopback', '64:ff9b::127.0.0.1'],
    ['NAT64 of a private address', '64:ff9b::a00:1'],
    ['NAT64 of the metadata service', '64:ff9b::169.254.169.254'],
    ['NAT64 for local use', '64:ff9b:1::8.8.8.8'],
    ['6to4 of loopback', '2002:7f00:1::'],
    ['6to4 of a public address', '2002:808:808::1'],
    ['Teredo', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    ['ORCHID', '2001:20::1'],
    ['benchmarking', '2001:2::1'],
  ])('IPv4 does not hide in IPv6: %s', (_what, address) => expect(isPublic(address)).toBe(false));

  test.each(['', 'localhost', '127.1', '0x7f000001', '2130706433', '0177.0.0.1', '8.8.8.8/0', '8.8.8.8 ', 'fe80::1%eth0', '[::1]', '::g'])('what is no address: %j', (text) =>
    expect(judgeAddress(text, [])).toEqual({ ok: false, reason: 'no IP address' }),
  );
});

describe('a network that the operator allows', () => {
  test('opens its own addresses, in whatever form they are written, and says its name', () => {
    for (const address of ['10.1.2.3', '127.0.0.1', '::ffff:10.1.0.1', 'fd12::5']) expect(judgeAddress(address, LAB)).toEqual({ ok: true, network: 'lab' });
  });

  test('opens nothing beside it', () => {
    for (const address of ['10.2.0.1', '192.168.0.1', '::1', 'fd13::1', '64:ff9b::10.1.0.1']) expect(judgeAddress(address, LAB).ok).toBe(false);
  });

  test('does not open a metadata service', () => {
    const wide = [{ name: 'wide', ranges: ['169.254.0.0/16', '100.64.0.0/10', '168.63.0.0/16', 'fd00::/8', 'fe80::/10', '192.0.0.0/24'] }];
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '169.254.170.2', '168.63.129.16', '100.100.100.200', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254', 'fe80::a9fe:a9fe']) {
      expect(judgeAddress(address, wide)).toEqual({ ok: false, reason: 'an address of a metadata service' });
    }
    expect(judgeAddress('100.100.100.201', wide)).toEqual({ ok: true, network: 'wide' });
  });
});

test('the address of the Azure host is public by range, and refused', () => expect(isPublic('168.63.129.16')).toBe(false));

test('an IPv4 address and its mapped form are judged alike, whatever the address', () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
      const dotted = bytes.join('.');
      expect(judgeAddress(`::ffff:${dotted}`, LAB)).toEqual(judgeAddress(dotted, LAB));
      // Behind NAT64 nothing is public that is not so by itself.
      expect(isPublic(`64:ff9b::${dotted}`)).toBe(isPublic(dotted));
    }),
  );
});

test('no IPv6 address outside of global unicast is public, but behind NAT64', () => {
  const word = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(fc.tuple(word, word, word, word, word, word, word, word), (words) => {
      const [first] = words;
      const text = words.map((part) => part.toString(16)).join(':');
      if (first >>> 13 !== 1 && first !== 0x64) expect(isPublic(text)).toBe(false);
    }),
  );
});

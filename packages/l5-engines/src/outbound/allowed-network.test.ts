import { expect, test } from 'vitest';
import { parseAllowedNetworks } from './allowed-network.ts';

test('networks are named, with one range or more', () => {
  expect(parseAllowedNetworks(' lab=10.1.0.0/16, 127.0.0.0/8 ;office=fd12::/16; ')).toEqual({
    ok: true,
    networks: [
      { name: 'lab', ranges: ['10.1.0.0/16', '127.0.0.0/8'] },
      { name: 'office', ranges: ['fd12::/16'] },
    ],
  });
  expect(parseAllowedNetworks('')).toEqual({ ok: true, networks: [] });
  expect(parseAllowedNetworks('lab = 10.1.0.0/16')).toEqual({ ok: true, networks: [{ name: 'lab', ranges: ['10.1.0.0/16'] }] });
  expect(parseAllowedNetworks(`${'l'.repeat(32)}=10.1.0.0/16`).ok).toBe(true);
});

test.each([
  ['10.0.0.0/8', 'is not <name>=<range>'],
  ['=10.0.0.0/8', 'is not <name>=<range>'],
  ['Lab=10.0.0.0/8', 'is not <name>=<range>'],
  ['lab.a=10.0.0.0/8', 'is not <name>=<range>'],
  [`${'l'.repeat(33)}=10.0.0.0/8`, 'is not <name>=<range>'],
  ['lab', '"" of the network lab is not a range of addresses'],
  ['lab=10.0.0.0/8=x', 'is not <name>=<range>'],
  ['lab=', 'is not a range of addresses'],
  ['lab=10.0.0.0/33', 'is not a range of addresses'],
  ['lab=10.0.0.0/8,', 'is not a range of addresses'],
  ['lab=vault.internal', 'is not a range of addresses'],
  ['lab=10.0.0.0/8;lab=11.0.0.0/8', 'is named twice'],
  ['all=0.0.0.0/0', 'contains every address'],
  ['all=::/0', 'contains every address'],
  ['all=::ffff:0:0/96', 'contains every address'],
])('%s stops the boot: it %s', (text, problem) => {
  const parsed = parseAllowedNetworks(text);
  expect(parsed.ok ? '' : parsed.problem).toContain(problem);
});

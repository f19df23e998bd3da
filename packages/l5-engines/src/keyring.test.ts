import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { saying } from '../test/sentence.ts';
import { checkValues, compareCheckValues, keyringLine, parseKeyring, type KeyringPurpose } from './keyring.ts';

const lineOf = (id: string, fill: number): string => `${id} ${Buffer.alloc(32, fill).toString('base64url')}\n`;
const ringOf = (text: string, purpose: KeyringPurpose = 'pepper') => {
  const parsed = parseKeyring(purpose, text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.ring;
};

describe('the file', () => {
  test('the last line is current; all lines are kept, the current one first', () => {
    const ring = ringOf(lineOf('p1', 1) + lineOf('p2', 2) + lineOf('p3', 3));
    expect(ring.current.id).toBe('p3');
    expect(ring.keys.map(({ id }) => id)).toEqual(['p3', 'p2', 'p1']);
    expect(ring.current.key.export()).toEqual(Buffer.alloc(32, 3));
  });

  test('blank lines, Windows line ends and a missing last line end are read over', () => {
    expect(ringOf(`\n${lineOf('p1', 1).trimEnd()}\r\n\r\n${lineOf('p2', 2).trimEnd()}`).keys).toHaveLength(2);
  });

  test('the sign that fills base64 up may stand at the end of a key', () => {
    expect(ringOf(`${lineOf('p1', 1).trimEnd()}=`).current.key.export()).toEqual(Buffer.alloc(32, 1));
  });

  test('a line for a key is read back as that key', () => {
    expect(keyringLine('p1', new Uint8Array(32).fill(1)).reveal()).toBe(lineOf('p1', 1));
  });

  const good = lineOf('p1', 1).trimEnd();
  test.each([
    ['no key', '', 'the pepper file holds no key'],
    ['blank lines only', '\n \n', 'the pepper file holds no key'],
    ['no id', good.slice(3), 'line 1 of the pepper file is not'],
    ['a word before', `x ${good}`, 'line 1 of the pepper file is not'],
    ['a third word', `${good} x`, 'line 1 of the pepper file is not'],
    ['a short key', good.slice(0, -1), 'line 1 of the pepper file is not'],
    ['a long key', `${good}A`, 'line 1 of the pepper file is not'],
    ['base64 instead of base64url', `p1 ${'+'.repeat(43)}`, 'line 1 of the pepper file is not'],
    ['a second spelling of the same bytes', `${good.slice(0, -1)}F`, 'line 1 of the pepper file does not hold 32 bytes'],
    ['an id twice', `${good}\n${lineOf('p1', 2)}`, 'line 2 of the pepper file repeats the id "p1"'],
    ['a key under two ids', `${good}\n${lineOf('p2', 1)}`, 'line 2 of the pepper file repeats the key of "p1"'],
  ])('%s stops, with a sentence that shows no key', (_case, text, sentence) => {
    const parsed = parseKeyring('pepper', text);
    expect(parsed).toEqual({ ok: false, problem: saying(sentence) });
    expect(JSON.stringify(parsed)).not.toContain(good.slice(3, 20));
  });

  test('a ring prints no key', () => {
    const printed = inspect(ringOf(good), { depth: null, showHidden: true }) + JSON.stringify(ringOf(good));
    expect(printed).toContain('p1');
    expect(printed).not.toContain(good.slice(3, 20));
    expect(printed).not.toMatch(/01 01 01|1,\s*1,\s*1/);
  });

  test('a line is made of 32 bytes and of no other number', () => {
    expect(() => keyringLine('p1', new Uint8Array(31))).toThrow(new RangeError('a key has 32 bytes, not 31'));
  });
});

describe('check values', () => {
  const known = (): ReturnType<typeof ringOf> => ringOf(lineOf('p1', 1));

  test('the first start takes what it finds', () => {
    expect(compareCheckValues(known(), null)).toEqual({ ok: true, values: checkValues(known()), isChanged: true });
  });

  test('the same file again changes nothing', () => {
    expect(compareCheckValues(known(), checkValues(known()))).toEqual({ ok: true, values: checkValues(known()), isChanged: false });
  });

  test('a new key in the file is taken in', () => {
    const rotated = ringOf(lineOf('p1', 1) + lineOf('p2', 2));
    expect(compareCheckValues(rotated, checkValues(known()))).toEqual({ ok: true, values: checkValues(rotated), isChanged: true });
  });

  test('another key under a known id stops', () => {
    expect(compareCheckValues(ringOf(lineOf('p1', 9)), checkValues(known()))).toEqual({ ok: false, problem: saying('"p1"') });
  });

  test('a known key that is missing stops, also when another is there', () => {
    expect(compareCheckValues(ringOf(lineOf('p2', 2)), checkValues(known()))).toEqual({ ok: false, problem: saying('lacks the key "p1"') });
  });

  test('the KEK file in the place of the pepper file stops', () => {
    expect(compareCheckValues(ringOf(lineOf('p1', 1), 'kek'), checkValues(known())).ok).toBe(false);
  });

  test('a check value gives away nothing of the key', () => {
    expect(Object.values(checkValues(known()))[0]).not.toBe(Buffer.alloc(32, 1).toString('base64url'));
  });

  test('an id like a property of every object is an id', () => {
    const odd = ringOf(lineOf('constructor', 4));
    expect(compareCheckValues(odd, checkValues(known())).ok).toBe(false);
    expect(compareCheckValues(odd, {}).ok).toBe(true);
  });
});

import { expect, test } from 'vitest';
import { classify } from './errors.ts';
import { OutageError } from './outage.ts';

const coded = (code: string): Error => Object.assign(new Error('said by the database'), { code });

test.each(['40001', '40P01', '23505'])('%s: nothing was written, and the same may succeed now', (code) => {
  expect(classify(coded(code))).toBe('RETRY');
});

test.each(['08006', '08003', '57P01', '57P03', '53300', '53200', '55P03', '57014', 'XX000', '25P03', '25006', '58030', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT'])(
  '%s: the database cannot be asked, or an answer got lost',
  (code) => {
    expect(classify(coded(code))).toBe('OUTAGE');
  },
);

test.each(['Connection terminated unexpectedly', 'Connection terminated due to connection timeout', 'timeout exceeded when trying to connect', 'timeout expired',
  'Query read timeout', 'Client has encountered a connection error and is not queryable', 'Client was closed and is not queryable',
  'Cannot use a pool after calling end on the pool', 'PGlite is closed', 'PGlite is closing'])('"%s" is an outage', (message) => {
  expect(classify(new Error(message))).toBe('OUTAGE');
});

test('refused on every address of a name is an outage', () => {
  expect(classify(new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]))).toBe('OUTAGE');
  expect(classify(new OutageError('busy'))).toBe('OUTAGE');
});

test.each([coded('23503'), coded('23514'), coded('42601'), coded('42501'), coded('22P05'), coded('25P02'), new TypeError('x is not a function'), 'text', null, undefined])(
  'anything else is a bug: %s',
  (error) => {
    expect(classify(error)).toBe('BUG');
  },
);

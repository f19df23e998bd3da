import { describe, expect, test } from 'vitest';
import { judge, mostInOneWindow } from './exact-model.ts';
import type { ObservedCall } from './observed-call.ts';

const admitted = (decidedMs: number): ObservedCall => ({ sentMs: decidedMs - 2, answeredMs: decidedMs + 2, code: 'VALID', decidedMs, resetMs: null });
const denied = (sentMs: number, resetMs: number): ObservedCall => ({ sentMs, answeredMs: sentMs + 2, code: 'RATE_LIMITED', decidedMs: null, resetMs });

const sliding = { algorithm: 'SLIDING', limit: 3, windowMs: 1000 } as const;
const fixed = { ...sliding, algorithm: 'FIXED' } as const;

describe('the model of a sliding limit', () => {
  const three = [5000, 5100, 5200].map(admitted);

  test.each<[string, readonly ObservedCall[], number, number]>([
    ['as many as there is room for, and the next when the first has passed', [...three, admitted(6000)], 0, 0],
    ['one a millisecond too soon', [...three, admitted(5999)], 1, 0],
    ['two more than there is room for', [...three, admitted(5300), admitted(5300)], 2, 0],
    ['a denial while it is full, with the right wait', [...three, denied(5500, 499)], 0, 0],
    ['a denial with a wait that no instant between question and answer had', [...three, denied(5500, 400)], 0, 1],
    ['a denial where there is room', [admitted(5000), admitted(5100), denied(5500, 500)], 0, 1],
    ['a denial when the first has just passed', [...three, denied(6000, 1)], 0, 1],
  ])('finds of %s what is wrong with it', (_what, calls, overAdmitted, falselyDenied) => {
    expect(judge(calls, sliding, 0)).toMatchObject({ overAdmitted, falselyDenied });
  });

  test('a clock that is off by so much is forgiven so much, and no more', () => {
    expect(judge([...three, denied(5510, 499)], sliding, 9)).toMatchObject({ falselyDenied: 0 });
    expect(judge([...three, denied(5510, 499)], sliding, 8)).toMatchObject({ falselyDenied: 1 });
  });
});

test('the model of a fixed limit begins anew at multiples of the window', () => {
  const three = [5000, 5998, 5999].map(admitted);
  expect(judge([...three, admitted(6000), admitted(6000), denied(5999, 1)], fixed, 0)).toMatchObject({ overAdmitted: 0, falselyDenied: 0 });
  expect(judge([...three, admitted(5999)], fixed, 0)).toMatchObject({ overAdmitted: 1 });
  expect(judge([...three, denied(6000, 1000)], fixed, 0)).toMatchObject({ falselyDenied: 1 });
});

test('what is certainly in one window is counted, and what may lie outside is not', () => {
  expect(mostInOneWindow([admitted(5000), admitted(5500), admitted(5995)], 1000)).toBe(3);
  expect(mostInOneWindow([admitted(5000), admitted(5500), admitted(5997)], 1000)).toBe(2);
  expect(mostInOneWindow([denied(5000, 1)], 1000)).toBe(0);
});

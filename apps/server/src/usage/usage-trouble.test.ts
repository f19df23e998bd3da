import { expect, test } from 'vitest';
import { usageTrouble } from './usage-trouble.ts';

test('trouble with usage is warned of at once, then once a minute, with what was lost by then', () => {
  const warned: unknown[] = [];
  let [now, lost] = [5, 0];
  const trouble = usageTrouble({ warn: (...said: unknown[]) => void warned.push(said[0]) }, () => lost, () => now);
  const error = new Error('the database is away');
  trouble(error);
  for (now = 6; now < 60_005; now += 2000) trouble(error);
  expect(warned).toEqual([{ err: error, lost: 0 }]);
  lost = 7;
  now = 60_005;
  trouble(error);
  expect(warned).toEqual([{ err: error, lost: 0 }, { err: error, lost: 7 }]);
});

import { expect, test } from 'vitest';
import { answered } from './answered.ts';

const later = async (fault: Error): Promise<never> => {
  await Promise.resolve();
  throw fault;
};

test('statements that were sent together fail with the first of them that failed, however late it says so', async () => {
  const [first, second] = [new Error('first'), new Error('second')];
  await expect(answered([Promise.resolve(1), later(first), Promise.reject(second)])).rejects.toBe(first);
});

test('they are all waited for', async () => {
  const told: string[] = [];
  const tells = async (): Promise<void> => {
    await Promise.resolve();
    told.push('told');
  };
  const fault = new Error('first');
  await expect(answered([Promise.reject(fault), tells()])).rejects.toBe(fault);
  await answered([tells(), tells()]);
  expect(told).toHaveLength(3);
  await expect(answered([])).resolves.toBeUndefined();
});

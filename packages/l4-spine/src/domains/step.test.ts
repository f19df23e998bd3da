import { expect, test } from 'vitest';
import { z } from 'zod';
import { reason } from './text.ts';
import { withStep } from './step.ts';

const input = withStep('suspend', z.strictObject({ reason }));

test('the step is what the definition says', () => {
  expect(input.parse({ reason: 'unpaid' })).toEqual({ reason: 'unpaid', step: 'suspend' });
});

test('a caller who sends a step has sent an unknown key, whatever its value', () => {
  for (const step of ['suspend', 'resume', undefined, null]) expect(input.safeParse({ reason: 'unpaid', step }).success).toBe(false);
});

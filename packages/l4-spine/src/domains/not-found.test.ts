import { expect, test } from 'vitest';
import { notFound as kernelNotFound } from '../kernel/evaluation.ts';
import { NOT_FOUND, notFound } from './not-found.ts';

test('a handler that finds nothing answers the very bytes of a rule that finds nothing', () => {
  const { code, status, detail } = kernelNotFound('req_1');
  expect({ ...notFound().rejection, status: NOT_FOUND[notFound().rejection.code].status }).toEqual({ code, status, detail });
});

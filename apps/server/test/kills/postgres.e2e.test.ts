import { test } from 'vitest';
import { killTheSender, KILLS } from './kill-the-sender.ts';

test(`kill -9 of the sender on postgres, ${KILLS} times while it sends, loses no event and keeps their order; all signatures verify`, () => killTheSender('postgres'), 400_000);

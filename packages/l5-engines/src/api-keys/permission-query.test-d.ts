import { expectTypeOf } from 'vitest';
import type { PermissionQuery } from './permission-query.ts';

/** What has not been checked is no query: neither a text nor an object that looks like one. */
expectTypeOf<string>().not.toExtend<PermissionQuery>();
expectTypeOf<{ and: string[] }>().not.toExtend<PermissionQuery>();

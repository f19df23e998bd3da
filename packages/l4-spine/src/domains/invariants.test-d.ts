import type { ReadScope, WriteScope } from '@hoc/l5-engines/scope';
import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import { writeOperation } from '../kernel/operation.ts';
import { ok } from '../kernel/result.ts';
import { tenantAllowsStep } from './account/invariants.ts';
import { keyAllowsStep, keyOfActiveTenant, keysWithinPlan } from './api-keys/invariants.ts';
import { withStep } from './step.ts';

const usual = {
  planes: ['cus'], permission: 'hoc:keys.create', tenancy: 'tenant', whenDegraded: 'refused', summary: '', output: z.null(), rejections: {}, subject: () => null,
  run: async () => ok(null),
} as const;

// An invariant of another anchor cannot guard an operation.
writeOperation<WriteScope>()({
  ...usual, address: ['api_keys.write', 'revoke'], anchor: 'api_key.revoke', input: z.strictObject({}),
  // @ts-expect-error BI-APIKEY-001 does not guard api_key.revoke
  invariants: [keyOfActiveTenant],
});

// Nor can one whose facts need an input that the operation does not take.
writeOperation<WriteScope>()({
  ...usual, address: ['api_keys.write', 'create'], anchor: 'api_key.create', input: z.strictObject({}),
  // @ts-expect-error the count of live keys depends on the permissions that are asked for
  invariants: [keysWithinPlan],
});

// A step that the engine does not know, or none at all, does not compile.
writeOperation<WriteScope>()({
  ...usual, address: ['api_keys.write', 'revoke'], anchor: 'api_key.revoke', input: withStep('explode', z.strictObject({ keyId: z.string() })),
  // @ts-expect-error 'explode' is no step of a key
  invariants: [keyAllowsStep],
});
writeOperation<WriteScope>()({
  ...usual, address: ['account.write', 'suspend_tenant'], anchor: 'tenant.transition', input: z.strictObject({}),
  // @ts-expect-error the input names no step
  invariants: [tenantAllowsStep],
});

// The handler sees the facts of its invariants, typed, and no others.
writeOperation<WriteScope>()({
  ...usual, address: ['api_keys.write', 'unfreeze'], anchor: 'api_key.unfreeze', input: withStep('unfreeze', z.strictObject({ keyId: z.string() })), invariants: [keyOfActiveTenant, keyAllowsStep],
  run: async ({ facts }) => {
    expectTypeOf(facts.tenant).toExtend<{ readonly status: string } | null>();
    expectTypeOf(facts.key).toExtend<{ readonly key: { readonly version: number } } | null>();
    // @ts-expect-error no invariant of this operation brings it
    void facts.liveKeyCount;
    return ok(null);
  },
});

// A read scope has nothing that writes, and no write scope can end its transaction.
expectTypeOf<ReadScope['keys']>().not.toHaveProperty('insert');
expectTypeOf<ReadScope['tenants']>().not.toHaveProperty('setStatus');
expectTypeOf<ReadScope>().not.toHaveProperty('vault');
expectTypeOf<WriteScope>().not.toHaveProperty('commit');
expectTypeOf<WriteScope>().not.toHaveProperty('rollback');

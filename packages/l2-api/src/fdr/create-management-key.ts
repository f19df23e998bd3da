import { managementKeyInput } from '@hoc/l4-spine/domains/api-keys/management-key-input';
import { parseInput } from '@hoc/l4-spine/kernel/parse';
import { invalidInput } from '../http/refusals.ts';
import type { Composition } from '../http/route.ts';

/** A management key that an operator asks for: the spine says what an operator's request leaves open. */
export const createManagementKey: Composition = {
  operations: [],
  input: () => managementKeyInput,
  async run({ input, tenantId, idempotencyKey, requestId, execute }) {
    const parsed = parseInput(managementKeyInput, input);
    if (!parsed.ok) return { ok: false, denial: { ...invalidInput(parsed.errors), requestId } };
    return execute(['api_keys.write', 'create'], { input: parsed.input, tenantId, idempotencyKey });
  },
};

import { managementKeyInput } from '@hoc/l4-spine/domains/api-keys/management-key-input';
import { inputErrors } from '@hoc/l4-spine/kernel/parse';
import { invalidInput } from '../http/refusals.ts';
import type { Composition } from '../http/route.ts';

/** A management key that an operator asks for: the spine says what an operator's request leaves open. */
export const createManagementKey: Composition = {
  operations: [],
  input: () => managementKeyInput,
  async run({ input, tenantId, idempotencyKey, requestId, execute }) {
    const parsed = managementKeyInput.safeParse(input);
    if (!parsed.success) return { ok: false, denial: { ...invalidInput(inputErrors(parsed.error)), requestId } };
    return execute(['api_keys.write', 'create'], { input: parsed.data, tenantId, idempotencyKey });
  },
};

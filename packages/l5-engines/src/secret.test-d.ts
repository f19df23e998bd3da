import { expectTypeOf } from 'vitest';
import type { Secret } from './secret.ts';

/** A text is no secret, and a secret is no text: neither passes for the other. */
expectTypeOf<Secret>().not.toExtend<string>();
expectTypeOf<string>().not.toExtend<Secret>();
/** Another class of the same shape is none either. */
expectTypeOf<{ reveal(): string }>().not.toExtend<Secret>();

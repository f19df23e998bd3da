import { expectTypeOf } from 'vitest';
import type { KekRing, PepperRing } from './keyring.ts';

/** A pepper never wraps a data key, and a key-encryption key never peppers a digest. */
expectTypeOf<PepperRing>().not.toExtend<KekRing>();
expectTypeOf<KekRing>().not.toExtend<PepperRing>();

import { expectTypeOf } from 'vitest';
import type { DecideScope, ReadScope, WriteScope } from './scope.ts';

/** No scope can end the transaction that it is of. */
expectTypeOf<Extract<keyof WriteScope | keyof ReadScope | keyof DecideScope, 'commit' | 'rollback' | 'begin' | 'sql' | 'savepoint'>>().toEqualTypeOf<never>();
/** Whatever reads, reads on a write scope too. */
expectTypeOf<WriteScope>().toExtend<ReadScope>();
/** A read scope writes nothing: neither keys, tenants, projects, tokens, modes nor the degraded state. */
expectTypeOf<ReadScope>().not.toExtend<Pick<WriteScope, 'keys'>>();
expectTypeOf<Extract<keyof ReadScope['keys'], 'insert' | 'save' | 'lockForUpdate'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['tenants'], 'insert' | 'setStatus' | 'lockForUpdate'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['projects'], 'insert' | 'archive' | 'lockForUpdate'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['accessTokens'], 'insert' | 'revoke'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['counters'], 'add' | 'lock'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['modes'], 'put'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['degraded'], 'set'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof ReadScope['credits'], 'set'>>().toEqualTypeOf<never>();
/** Credits are set by writes, and spent by verifications alone: neither reads nor writes take from meters. */
expectTypeOf<Extract<keyof ReadScope | keyof WriteScope, 'meters' | 'localLimits'>>().toEqualTypeOf<never>();
expectTypeOf<Extract<keyof DecideScope, 'credits' | 'keys'>>().toEqualTypeOf<never>();
/** Handlers write neither audit entries nor violations: those are the kernel's. */
expectTypeOf<WriteScope['audit']>().toEqualTypeOf<ReadScope['audit']>();
expectTypeOf<WriteScope['violations']>().toEqualTypeOf<ReadScope['violations']>();
/** Nobody but a write, and the decisions that look tokens up, comes near the keys of the vault. */
expectTypeOf<Extract<keyof ReadScope, 'vault'>>().toEqualTypeOf<never>();

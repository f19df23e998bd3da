import type { AnyInvariant, ScanFinding } from '../../kernel/invariant.ts';
import type { ScanScope } from '../scan-scope.ts';

/** An invariant as governance looks at it: what it says, and how to scan for what breaks it. */
export type Rule = Pick<AnyInvariant, 'id' | 'guards' | 'severity' | 'condition' | 'remediation'> &
  ({ readonly kind: 'transition' } | { readonly kind: 'state'; scan(scope: ScanScope, now: Date): Promise<readonly ScanFinding[]> });

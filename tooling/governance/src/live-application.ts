import type { LiveRegistry } from '@hoc/guards/ownership/live-registry';

/** The composed application, as it answers on a fresh installation. */
export interface LiveApplication {
  readonly registry: LiveRegistry;
  /** By invariant id: the mode in force where nobody has set one. */
  readonly effectiveModes: Readonly<Record<string, string>>;
}

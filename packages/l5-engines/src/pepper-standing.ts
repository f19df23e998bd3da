import type { CheckValues, PepperRing } from './keyring.ts';

/** How many tokens in use are stored under a pepper: of keys, and of operators and services. */
export interface PepperUse {
  readonly pepperId: string;
  readonly keys: number;
  readonly tokens: number;
}

/** How far the installation has come from one pepper to the next. */
export interface PepperStanding {
  readonly id: string;
  /** New tokens are stored under it, by this server. */
  readonly isCurrent: boolean;
  /** This server's file has it. One that has not was brought by another server, and this one cannot read what is stored under it. */
  readonly isInFile: boolean;
  readonly keys: number;
  readonly tokens: number;
  /** Nothing in use is stored under it, and this server stores nothing there: its line may leave the file once that holds for every server. */
  readonly isRetirable: boolean;
}

/** All peppers that the installation knows or uses: those of this server's file in its order, the current one first. */
export const pepperStandings = (ring: readonly string[], known: CheckValues, uses: readonly PepperUse[]): readonly PepperStanding[] => {
  const ids = new Set([...ring, ...Object.keys(known).toSorted(), ...uses.map(({ pepperId }) => pepperId)]);
  return [...ids].map((id) => {
    const { keys, tokens } = uses.find(({ pepperId }) => pepperId === id) ?? { keys: 0, tokens: 0 };
    const isCurrent = id === ring[0];
    return { id, isCurrent, isInFile: ring.includes(id), keys, tokens, isRetirable: !isCurrent && keys === 0 && tokens === 0 };
  });
};

/** The known peppers that the file does not have. Only where there are any is it worth asking what is stored under them. */
export const lackingIn = (ring: PepperRing, known: CheckValues): readonly string[] =>
  Object.keys(known).filter((id) => !ring.keys.some((pepper) => pepper.id === id));

/**
 * What a file has to have of the known peppers: all but those that it lacks and nothing in use is stored under. INVARIANT: one that is
 * used is demanded. Those that are not are not forgotten: another server may bring them into use, and the next start is asked again.
 */
export const demandedOf = (ring: PepperRing, known: CheckValues, uses: readonly PepperUse[]): CheckValues => {
  const spared = lackingIn(ring, known).filter((id) => !uses.some(({ pepperId, keys, tokens }) => pepperId === id && keys + tokens > 0));
  return Object.fromEntries(Object.entries(known).filter(([id]) => !spared.includes(id)));
};

/** The item that a number means: any number means one, where there is one. */
export const at = <Item>(items: readonly Item[], index: number): Item | undefined => items[index % Math.max(items.length, 1)];

/** One in eight means whichever, so that steps are also tried where they do not fit. */
export const isOdd = (index: number): boolean => index % 8 === 7;

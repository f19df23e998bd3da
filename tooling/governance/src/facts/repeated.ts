/** The names that stand in a list more than once, each once, sorted. */
export const repeated = (names: readonly string[]): readonly string[] => {
  const seen = new Set<string>();
  const again = names.filter((name) => seen.size === seen.add(name).size);
  return [...new Set(again)].toSorted();
};

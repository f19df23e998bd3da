/** Where something is defined, as the live registry says it: `<path>:<line>`, or a path alone. */
export function placeOf(place: string): { readonly path: string; readonly line: number } {
  const [, path = place, line = '1'] = /^(.*):(\d+)$/.exec(place) ?? [];
  return { path, line: Number(line) };
}

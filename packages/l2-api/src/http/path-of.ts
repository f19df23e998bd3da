/** The path of a request target, without query and fragment. */
export function pathOf(target: string | undefined): string {
  const path = target ?? '/';
  const end = path.search(/[?#]/);
  return end === -1 ? path : path.slice(0, end);
}

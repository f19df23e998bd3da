/** The oldest Node that the guards run on. */
const OLDEST = [22, 18] as const;

/** What is wrong with a version of Node, for whoever started the guards with it; undefined where nothing is. It is asked before anything else is loaded. */
export function oldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return undefined;
  return `hoc-guard needs Node ${OLDEST.join('.')} or newer, and this is ${version}: start it with a newer one.`;
}

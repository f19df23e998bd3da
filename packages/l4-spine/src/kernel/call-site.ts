import { getCallSites } from 'node:util';

/** Where the caller of the function that asks stands, as `file:line`: for errors that must name two places. */
export function callSite(): string {
  // 0 is this function, 1 the one that asks, 2 its caller.
  const site = getCallSites(3)[2];
  return site === undefined ? 'an unknown place' : `${site.scriptName}:${site.lineNumber}`;
}

/** A JSON Pointer (RFC 6901) to a member of the root. */
export const pointerTo = (name: string): string => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

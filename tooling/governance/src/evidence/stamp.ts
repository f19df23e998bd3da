/** UTC in ISO 8601's basic format, to the second: sorts as text, and is a file name everywhere. `20261123T063012Z`. */
export const stampOf = (time: Date): string => time.toISOString().replaceAll(/[-:]|\.\d{3}/g, '');

/** The same instant as people read it: `2026-11-23T06:30:12Z`. */
export const readableStamp = (stamp: string): string =>
  stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');

/** As a regular expression's source. */
export const STAMP: string = String.raw`\d{8}T\d{6}Z`;

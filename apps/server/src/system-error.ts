const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRINUSE: 'the port is in use',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EEXIST: 'it is no folder',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOTFOUND: 'there is no such host',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
};

/** What an error means that the operating system has given, in an operator's words. */
export function reasonOf(error: unknown): string {
  const code = codeOf(error);
  return (code === null ? undefined : REASONS[code]) ?? (error instanceof Error ? error.message : String(error));
}

/** The code of an error of the operating system; null where it is none. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

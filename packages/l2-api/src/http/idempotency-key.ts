const WELL_FORMED = /^[\x21-\x7e]{1,255}$/;

export type IdempotencyKey = { readonly ok: true; readonly key: string | undefined } | { readonly ok: false; readonly detail: string };

/** The `Idempotency-Key` of a write: absent, or 1 to 255 visible ASCII characters. Sent twice, it has a comma and a space in it, and is refused. */
export function idempotencyKeyOf(header: string | readonly string[] | undefined): IdempotencyKey {
  if (header === undefined) return { ok: true, key: undefined };
  return typeof header === 'string' && WELL_FORMED.test(header)
    ? { ok: true, key: header }
    : { ok: false, detail: 'Idempotency-Key takes 1 to 255 visible ASCII characters, once.' };
}

import { z } from 'zod';

/** Whether PostgreSQL can hold the text: no NUL, no lone surrogate. Everything from outside is asked this. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const NOT_STORABLE = 'must be well-formed Unicode without NUL';

/** Text of at most `max` UTF-16 units, taken as it is; it may be empty. */
export const rawText = (max: number): z.ZodString => z.string().max(max).refine(isStorable, NOT_STORABLE);

/** A character to be seen: no blank, and none that is only drawn onto another, or not at all. U+2800 is the blank of braille. */
const VISIBLE = /[^\s\p{Z}\p{Cc}\p{Cf}\p{M}\p{Default_Ignorable_Code_Point}\u2800]/v;

/** Whether nothing of the text can be seen. */
export const isBlank = (text: string): boolean => !VISIBLE.test(text);

const BLANK = 'must not be blank';

/** Text that says something: without the blanks around it, 1 to `max` UTF-16 units, and something of it to be seen. */
export const text = (max: number): z.ZodString =>
  z.string().trim().min(1, { error: BLANK, abort: true }).max(max).refine(isStorable, NOT_STORABLE).refine((given) => !isBlank(given), { error: BLANK, abort: true });

/**
 * Line breaks and other controls, and what changes how the text around it is drawn: a name with these is shown as another than it is.
 * The two joiners (U+200C, U+200D) stay: Persian, Indic scripts and emoji are written with them.
 */
const MISLEADING = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\u200c\u200d]]/v;

const isShownAsItIs = (text: string): boolean => !MISLEADING.test(text.trim());
const NOT_SHOWN = 'must hold no control character and none that cannot be seen';

/** A name of a thing, as its owner calls it: one line, that is shown as it is. */
export const name: z.ZodString = text(200).refine(isShownAsItIs, NOT_SHOWN);

/** The same, for a name whose blankness a rule judges, and with the blanks around it. */
export const nameOrBlank: z.ZodString = rawText(200).refine(isShownAsItIs, NOT_SHOWN);

/** Why somebody did something; kept for those who ask later. */
export const reason: z.ZodString = text(500);

/** The token of a key, of an access token or of a contact, or the secret of a webhook endpoint, whole or mistyped. */
const TOKEN = /hoc_[a-z]+_[0-9A-Za-z]{14}_[0-9A-Za-z]{20}|hoc_contact_[0-9A-Za-z]{20}|whsec_[0-9A-Za-z+/]{20}/;

/**
 * An id in an input. Its form is not checked: an id that nobody has is not found, whatever it looks like. But a token is no id:
 * what a request is about stands in the audit log for ever, and people do send the token of the key that they want revoked.
 */
export const id: z.ZodString = rawText(100).min(1).refine((text) => !TOKEN.test(text), 'is a token, where an id belongs');

import { z } from 'zod';

/** Whether PostgreSQL can hold the text: no NUL, no lone surrogate. Everything from outside is asked this. */
export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

const NOT_STORABLE = 'must be well-formed Unicode without NUL';

/** Text of at most `max` UTF-16 units, taken as it is; it may be empty. */
export const rawText = (max: number): z.ZodString => z.string().max(max).refine(isStorable, NOT_STORABLE);

/** Text that says something: without the blanks around it, 1 to `max` UTF-16 units. */
export const text = (max: number): z.ZodString => z.string().trim().min(1, 'must not be blank').max(max).refine(isStorable, NOT_STORABLE);

/** A name of a thing, as its owner calls it. */
export const name: z.ZodString = text(200);

/** Why somebody did something; kept for those who ask later. */
export const reason: z.ZodString = text(500);

/** The token of a key or of an access token, whole or mistyped. */
const TOKEN = /hoc_[a-z]+_[0-9A-Za-z]{14}_[0-9A-Za-z]{20}/;

/**
 * An id in an input. Its form is not checked: an id that nobody has is not found, whatever it looks like. But a token is no id:
 * what a request is about stands in the audit log for ever, and people do send the token of the key that they want revoked.
 */
export const id: z.ZodString = rawText(100).min(1).refine((text) => !TOKEN.test(text), 'is a token, where an id belongs');

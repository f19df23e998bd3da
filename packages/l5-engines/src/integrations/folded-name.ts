/** What is not seen at all, wherever it stands; and what is seen as a blank, U+2800 (braille) included. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gv;
const BLANKS = /[\s\u2800]+/gv;

/**
 * A name as it must be unique: whatever differs only in letter case, in blanks, in width or form of its letters, or in what cannot be
 * seen, is the same. Letters of two scripts that look alike are two letters.
 */
export const foldName = (name: string): string => caseless(name.replaceAll(UNSEEN, '').normalize('NFKC')).normalize('NFKC').replaceAll(BLANKS, ' ').trim();

/** There and back: some letters have a capital of several letters (ß, SS), and some capitals have no other way down (ẞ). */
const caseless = (text: string): string => text.toLowerCase().toUpperCase().toLowerCase();

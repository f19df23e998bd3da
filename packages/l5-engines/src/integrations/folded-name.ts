/** A name as it must be unique: whatever looks the same to people who do not look closely is the same. */
export const foldName = (name: string): string => name.normalize('NFKC').toLowerCase().replaceAll(/\s+/gu, ' ').trim();

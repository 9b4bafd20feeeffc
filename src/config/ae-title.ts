/** PS3.5 6.2 (AE) and PS3.8 9.3.2: at most 16 characters of the default repertoire, no backslash, not only blanks. */
const AE_TITLE_PATTERN = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

export function isAeTitle(text: string): boolean {
  return AE_TITLE_PATTERN.test(text) && text.trim() === text;
}

export const AE_TITLE_RULE =
  'an AE title has 1 to 16 characters, no backslash, no control characters and no blank at its ends';

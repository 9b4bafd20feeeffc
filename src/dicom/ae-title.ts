/** AE titles: PS3.5 §6.2 (VR AE), PS3.8 Table 9-11. Sixteen bytes on the wire, compared case-sensitively. */

export const AE_TITLE_LENGTH = 16;

const LEGAL = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

/** Leading and trailing spaces carry no meaning; trailing NULs are what some senders pad with. */
export function trimAeTitle(raw: string): string {
  return raw.replace(/[\0 ]+$/u, '').replace(/^ +/, '');
}

export const AE_TITLE_RULE =
  'an AE title has 1 to 16 characters, no backslash, no control characters and no blank at its ends';

/** Is this an AE title as it is configured or sent? Blanks at the ends carry no meaning, so they are a slip. */
export function isAeTitle(text: string): boolean {
  return LEGAL.test(text) && text.trim() === text;
}

/** As it may stand in a log or on a screen: in hex where it is not printable ASCII (R26). */
export function showAeTitle(title: string): string {
  if (/^[\x20-\x7e]+$/.test(title)) return title;
  return `hex:${Buffer.from(title, 'latin1').toString('hex')}`;
}

/** AE titles: PS3.5 §6.2 (VR AE), PS3.8 Table 9-11. Sixteen bytes on the wire, compared case-sensitively. */

export const AE_TITLE_LENGTH = 16;

const LEGAL = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

/** Leading and trailing spaces carry no meaning; trailing NULs are what some senders pad with. */
export function trimAeTitle(raw: string): string {
  return raw.replace(/[\0 ]+$/u, '').replace(/^ +/, '');
}

/** 1 to 16 printable ASCII characters without backslash, not only spaces. */
export function isAeTitle(text: string): boolean {
  return LEGAL.test(text) && text.trim() !== '';
}

/** As it may stand in a log or on a screen: in hex where it is not printable ASCII (R26). */
export function showAeTitle(title: string): string {
  if (/^[\x20-\x7e]+$/.test(title)) return title;
  return `hex:${Buffer.from(title, 'latin1').toString('hex')}`;
}

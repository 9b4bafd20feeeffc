import type { DataSet } from '../dicom/data-set.js';
import { DICTIONARY, type Keyword } from '../dicom/dictionary.js';
import { textDefect } from '../dicom/value-rules.js';
import { traitsOf, type ValueRepresentation } from '../dicom/value-representation.js';

/**
 * A text of others made fit for a VR: control characters and backslashes become blanks, what is too long is cut.
 * `undefined` where that does not help (a date that is none) or nothing is left.
 */
export function cleanText(vr: ValueRepresentation, text: string): string | undefined {
  const { maxLength, characterSet } = traitsOf(vr);
  if (characterSet !== true) {
    const trimmed = text.trim();
    return trimmed === '' || textDefect(vr, trimmed) !== undefined ? undefined : trimmed;
  }
  // Through UTF-8 and back: half of a surrogate pair becomes U+FFFD.
  const printable = Buffer.from(text, 'utf8')
    .toString('utf8')
    .replaceAll(/[\u0000-\u001f\u007f\\]+/gu, ' ')
    .trim();
  const fitted = vr === 'PN' ? fitPersonName(printable) : firstCharacters(printable, maxLength);
  return fitted === '' || textDefect(vr, fitted) !== undefined ? undefined : fitted;
}

/** PS3.5 6.2.1: three groups of 64 characters and five components each. */
function fitPersonName(name: string): string {
  return name
    .split('=')
    .slice(0, 3)
    .map((group) => firstCharacters(group.split('^').slice(0, 5).join('^'), 64))
    .join('=')
    .replace(/=+$/u, '');
}

function firstCharacters(text: string, count: number | undefined): string {
  return count === undefined ? text : Array.from(text).slice(0, count).join('').trimEnd();
}

/** The values of an attribute as they stand in the source, unless one of them is not legal. */
export function legalTexts(source: DataSet, keyword: Keyword): readonly string[] | undefined {
  const { vr } = DICTIONARY[keyword];
  const texts = source.texts(keyword);
  return texts.some((text) => textDefect(vr, text) !== undefined) ? undefined : texts;
}

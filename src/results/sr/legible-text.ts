/** A sentence of our own or of the settings as a Text Value: no control characters, never empty (Type 1C). */
export function legibleText(text: string): string {
  const legible = Buffer.from(text, 'utf8')
    .toString('utf8')
    .replaceAll(/[\u0000-\u001f\u007f]+/gu, ' ')
    .trim();
  return legible === '' ? 'not stated' : legible;
}

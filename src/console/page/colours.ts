import { css, mix, tissueColour, type Rgb } from '../../values/tissue-colour.js';
import { TISSUES } from '../../values/tissue.js';

/** By index of TISSUES; the vitreous is not drawn. */
export const COLOUR_OF: readonly (Rgb | undefined)[] = TISSUES.map(({ name, kind }) =>
  kind === 'background' ? undefined : tissueColour(name),
);

/** From dark blue to yellow by equal steps of lightness (after viridis), so that it is read without colour too. */
const STOPS: readonly Rgb[] = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
];

/** @param share 0 to 1 */
export function scale(share: number): Rgb {
  const at = Math.min(0.9999, Math.max(0, share)) * (STOPS.length - 1);
  const low = STOPS[Math.floor(at)]!;
  const high = STOPS[Math.floor(at) + 1]!;
  return mix(low, high, at % 1);
}

export const SCALE_CSS = `linear-gradient(to right, ${STOPS.map(css).join(', ')})`;

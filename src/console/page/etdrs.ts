import { RINGS, type StatedThickness, type SubfieldPlace } from '../../values/etdrs.js';
import type { VolumeInfo } from '../model.js';

type Side = 'superior' | 'right' | 'inferior' | 'left';
type Laterality = VolumeInfo['laterality'];

/** In the one orientation columns run along the patient's +x, so the nose of a right eye lies at the right. */
export function sideName(side: Side, laterality: Laterality) {
  if (side === 'superior' || side === 'inferior') return side;
  return (side === 'right') === (laterality === 'R') ? 'nasal' : 'temporal';
}

/** Where the grid lies, mm from the left and the upper edge of the field, superior at the top. */
export function centreOf({ centre }: StatedThickness, info: VolumeInfo) {
  const { frames, columns, spacing, laterality } = info;
  const right = laterality === 'R' ? centre.nasal : -centre.nasal;
  return {
    x: (columns * spacing.lateral) / 2 + right,
    y: (frames * spacing.frame) / 2 - centre.superior,
  };
}

/** Where the number of a subfield stands, mm to the right of the centre and below it. */
export function placeOf({ ring, quadrant }: SubfieldPlace, laterality: Laterality) {
  if (quadrant === undefined) return { dx: 0, dy: 0 };
  const [from, to] = RINGS[ring];
  const distance = (from + to) / 2;
  const nasal = laterality === 'R' ? distance : -distance;
  return {
    superior: { dx: 0, dy: -distance },
    inferior: { dx: 0, dy: distance },
    nasal: { dx: nasal, dy: 0 },
    temporal: { dx: -nasal, dy: 0 },
  }[quadrant];
}

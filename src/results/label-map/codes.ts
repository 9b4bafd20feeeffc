import { TISSUES, type TissueName } from '../../values/tissue.js';

/** A pixel of a label map that belongs to no class. The networks give every voxel one; readers expect it described. */
export const BACKGROUND = 0;

/** A class has the same number in every label map, whichever of them are there: its place in TISSUES, from 1. */
export function segmentNumberOf(label: number): number {
  return label + 1;
}

export function tissueOfSegment(number: number): TissueName | undefined {
  return TISSUES[number - 1]?.name;
}

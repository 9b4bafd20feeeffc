import type { RenderingParameters } from './parameters.js';
import type { Shades } from './shades.js';

export const PICTURE_TYPES = ['image/jpeg', 'image/png'] as const;
export type PictureType = (typeof PICTURE_TYPES)[number];

/** The tissues of a frame: for each pixel an index into the colours; what has none is not painted. */
export interface TissueOverlay {
  readonly labels: Uint8Array;
  readonly colours: readonly (readonly [red: number, green: number, blue: number] | undefined)[];
}

export interface RenderPort {
  /** Of a frame of a scan (from 1), by its active result; undefined where there is none. */
  tissuesOf(sopInstanceUid: string, frame: number): Promise<TissueOverlay | undefined>;
  /** Cuts, scales and encodes. */
  picture(
    shades: Shades,
    type: PictureType,
    parameters: Pick<RenderingParameters, 'viewport' | 'quality'>,
  ): Promise<Uint8Array>;
}

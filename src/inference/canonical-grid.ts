import type { NormalisationStep, OctVolume } from '../values/oct-volume.js';
import { measureIntensity } from './intensity.js';
import type { IntensityRange } from './intensity.js';
import type { CanonicalGrid, IntensityNormalisation } from './manifest.js';
import { enlargeLabels, placedGrid, type LabelGrid } from './label-grid.js';
import { isInside, linearTaps } from './resampling.js';
import type { Taps } from './resampling.js';

/**
 * Where the canonical grid lies in a scan: canonical row r is at native row `rowOrigin + r × rowScale`, and likewise for
 * columns (pixel centres). Frames are not resampled; the network's neighbours of frame f are f ± neighbourStride.
 */
export interface GridPlacement {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly native: { readonly rows: number; readonly columns: number };
  readonly rowOrigin: number;
  readonly rowScale: number;
  readonly columnOrigin: number;
  readonly columnScale: number;
  readonly neighbourStride: number;
}

/** A scan on the canonical grid: frames × rows × columns, C order, 0 = noise pedestal, 1 = bright tissue. */
export interface CanonicalScan {
  readonly placement: GridPlacement;
  readonly intensities: Float32Array;
  readonly steps: readonly NormalisationStep[];
}

export type VolumeGeometry = Pick<OctVolume, 'frames' | 'rows' | 'columns' | 'spacing'>;

/** Value of a canonical pixel that lies outside the scan: no tissue, no signal. */
const PADDING = 0;
/** Label of a canonical pixel that lies outside the scan, in truths for training. */
export const OUTSIDE_SCAN = 255;
/** Tissue, when the depth is centred on it, is what is brighter than this share of the range. */
const TISSUE_BRIGHTNESS = 0.4;

/** A scan that is put on the canonical grid B-scan by B-scan, so that it need not lie in memory twice. */
export interface CanonicalFrames extends Pick<CanonicalScan, 'placement' | 'steps'> {
  /** Writes one B-scan (rows × columns) to `target`. */
  readonly write: (frame: number, target: Float32Array) => void;
  readonly range: IntensityRange;
}

/**
 * Finds how a scan lies on the canonical grid: intensities between the noise pedestal and the bright end become 0 to 1,
 * and each B-scan is resampled with a filter against aliasing. A scan deeper than the grid is cut around its tissue.
 */
export function openCanonicalGrid(
  volume: OctVolume,
  grid: CanonicalGrid,
  normalisation: IntensityNormalisation,
): CanonicalFrames {
  const range = measureIntensity(volume.voxels, normalisation);
  const placement = placeGrid(volume, grid, tissueRow(volume, range));
  return {
    placement,
    steps: describe(placement, grid, normalisation, range),
    write: resampler(volume, placement, range, normalisation.clip),
    range,
  };
}

/** The whole scan on the canonical grid, for training and tests. */
export function toCanonicalGrid(
  volume: OctVolume,
  grid: CanonicalGrid,
  normalisation: IntensityNormalisation,
): CanonicalScan {
  const { placement, steps, write } = openCanonicalGrid(volume, grid, normalisation);
  const size = placement.rows * placement.columns;
  const intensities = new Float32Array(placement.frames * size);
  for (let frame = 0; frame < placement.frames; frame++) {
    write(frame, intensities.subarray(frame * size, (frame + 1) * size));
  }
  return { placement, intensities, steps };
}

/** The placement of the grid in a scan whose tissue lies around native row `tissueCentre`. */
export function placeGrid(
  { frames, rows, columns, spacing }: VolumeGeometry,
  grid: CanonicalGrid,
  tissueCentre: number,
): GridPlacement {
  const rowScale = grid.axialUm / 1000 / spacing.axial;
  const columnScale = grid.lateralUm / 1000 / spacing.lateral;
  const spare = rows - grid.rows * rowScale;
  const cut =
    spare <= 0 ? 0 : Math.min(spare, Math.max(0, tissueCentre - (grid.rows * rowScale) / 2));
  const multiple = grid.columnsMultipleOf;
  const width = Math.ceil(Math.round(columns / columnScale) / multiple) * multiple;
  return {
    frames,
    rows: grid.rows,
    columns: Math.max(multiple, width),
    native: { rows, columns },
    rowOrigin: Math.round(cut) + (rowScale - 1) / 2,
    rowScale,
    columnOrigin: (columns - 1) / 2 - ((Math.max(multiple, width) - 1) / 2) * columnScale,
    columnScale,
    neighbourStride: Math.max(1, Math.round(grid.neighbourUm / 1000 / spacing.frame)),
  };
}

/** How labels on the canonical grid stand for the scan's own grid. */
export function labelGrid({ native, ...placement }: GridPlacement): LabelGrid {
  const { rows, columns, rowOrigin, rowScale, columnOrigin, columnScale } = placement;
  return placedGrid(
    { natives: native.rows, labels: rows, origin: rowOrigin, scale: rowScale },
    { natives: native.columns, labels: columns, origin: columnOrigin, scale: columnScale },
  );
}

/** Labels on the canonical grid (frames × rows × columns) back on the scan's own grid: nearest pixel, edges repeated. */
export function toNativeGrid(labels: Uint8Array, placement: GridPlacement): Uint8Array {
  const { frames, rows, columns, native } = placement;
  const grid = labelGrid(placement);
  const size = native.rows * native.columns;
  const result = new Uint8Array(frames * size);
  for (let frame = 0; frame < frames; frame++) {
    const from = frame * rows * columns;
    enlargeLabels(labels.subarray(from, from + rows * columns), grid, result, frame * size);
  }
  return result;
}

/** Truth on the scan's own grid as the labels that a network should give; outside the scan OUTSIDE_SCAN. */
export function labelsToCanonicalGrid(labels: Uint8Array, placement: GridPlacement): Uint8Array {
  const { frames, rows, columns, native } = placement;
  const result = new Uint8Array(frames * rows * columns).fill(OUTSIDE_SCAN);
  for (let row = 0; row < rows; row++) {
    const nativeRow = placement.rowOrigin + row * placement.rowScale;
    if (!isInside(nativeRow, native.rows)) continue;
    const y = Math.min(native.rows - 1, Math.max(0, Math.round(nativeRow)));
    for (let column = 0; column < columns; column++) {
      const nativeColumn = placement.columnOrigin + column * placement.columnScale;
      if (!isInside(nativeColumn, native.columns)) continue;
      const x = Math.min(native.columns - 1, Math.max(0, Math.round(nativeColumn)));
      for (let frame = 0; frame < frames; frame++) {
        result[(frame * rows + row) * columns + column] =
          labels[(frame * native.rows + y) * native.columns + x]!;
      }
    }
  }
  return result;
}

/** The native row about which the scan's bright voxels lie; the middle if nothing is bright. */
function tissueRow(volume: OctVolume, range: IntensityRange): number {
  const { frames, rows, columns, voxels } = volume;
  const threshold = range.pedestal + TISSUE_BRIGHTNESS * (range.bright - range.pedestal);
  let count = 0;
  let sum = 0;
  for (let line = 0; line < frames * rows; line++) {
    let bright = 0;
    for (let i = line * columns; i < (line + 1) * columns; i += 5) {
      if (voxels[i]! > threshold) bright++;
    }
    count += bright;
    sum += bright * (line % rows);
  }
  return count === 0 ? rows / 2 : sum / count;
}

function resampler(
  volume: OctVolume,
  placement: GridPlacement,
  range: IntensityRange,
  clip: readonly [number, number],
): CanonicalFrames['write'] {
  const { rows, columns, native } = placement;
  const down = linearTaps(rows, native.rows, placement.rowOrigin, placement.rowScale);
  const across = linearTaps(columns, native.columns, placement.columnOrigin, placement.columnScale);
  const line = new Float32Array(native.columns);
  const gain = 1 / (range.bright - range.pedestal);
  return (frame, target) => {
    target.fill(PADDING);
    const start = frame * native.rows * native.columns;
    for (let row = 0; row < rows; row++) {
      if (down.weights[row]!.length === 0) continue;
      mixRows(volume.voxels, start, native.columns, down, row, line);
      const at = row * columns;
      for (let column = 0; column < columns; column++) {
        const weights = across.weights[column]!;
        if (weights.length === 0) continue;
        const first = across.first[column]!;
        let grey = 0;
        for (let k = 0; k < weights.length; k++) grey += weights[k]! * line[first + k]!;
        const value = (grey - range.pedestal) * gain;
        target[at + column] = value < clip[0] ? clip[0] : value > clip[1] ? clip[1] : value;
      }
    }
  };
}

function mixRows(
  voxels: Uint8Array,
  start: number,
  columns: number,
  taps: Taps,
  row: number,
  line: Float32Array,
): void {
  const weights = taps.weights[row]!;
  const first = taps.first[row]!;
  line.fill(0);
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k]!;
    const source = start + (first + k) * columns;
    for (let column = 0; column < columns; column++) {
      line[column] = line[column]! + weight * voxels[source + column]!;
    }
  }
}

function describe(
  placement: GridPlacement,
  grid: CanonicalGrid,
  normalisation: IntensityNormalisation,
  range: IntensityRange,
): NormalisationStep[] {
  const rounded = (value: number) => Math.round(value * 100) / 100;
  return [
    {
      name: normalisation.id,
      parameters: { pedestal: rounded(range.pedestal), bright: rounded(range.bright) },
    },
    {
      name: 'canonical-grid',
      parameters: {
        rows: placement.rows,
        columns: placement.columns,
        axialUm: grid.axialUm,
        lateralUm: grid.lateralUm,
        firstNativeRow: Math.round(placement.rowOrigin - (placement.rowScale - 1) / 2),
        neighbourStride: placement.neighbourStride,
      },
    },
  ];
}

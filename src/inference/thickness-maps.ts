import type { OctVolume } from '../values/oct-volume.js';
import { TISSUES, tissueIndex } from '../values/tissue.js';
import type { TissueName } from '../values/tissue.js';
import { ownGrid, type LabelGrid } from './label-grid.js';
import type { EnFaceGrid } from './manifest.js';

/** The four channels that follow the 15 thicknesses, in this order; µm but for the share. */
export const HEIGHT_CHANNELS = [
  'innerSurfaceAboveBruch',
  'hyaloidAboveInnerSurface',
  'retinaShare',
  'fluidBelowInnerSurface',
] as const;
export const EN_FACE_CHANNELS = TISSUES.length + HEIGHT_CHANNELS.length;

/** What a tissue map says column by column: the classification network's input, and the numbers of the report. */
export interface TissueMeasurements {
  /** float32 [EN_FACE_CHANNELS, frames, columns] of the en-face grid; 0 outside the scan. */
  readonly enFace: Float32Array;
  /** Volume in nl of each fluid and lesion. */
  readonly volumesNl: Readonly<Partial<Record<TissueName, number>>>;
  /** Share (0 to 1) of A-scans with a retina. */
  readonly retinaShare: number;
}

type TissueMapGeometry = Pick<OctVolume, 'frames' | 'rows' | 'columns' | 'spacing'>;

/** An A-scan has a retina when this depth (µm) of it is retina or lies within it. */
const LEAST_RETINA_UM = 60;
/** Farther above the retina than this (µm) the hyaloid means nothing; also the value where none is seen. */
const FARTHEST_HYALOID_UM = 600;

const HYALOID = tissueIndex('posterior-hyaloid');
const MEMBRANE = tissueIndex('epiretinal-membrane');
const RETINA = tissueIndex('neurosensory-retina');
const FLUID = tissueIndex('intraretinal-fluid');
const CHOROID = tissueIndex('choroid');
const ARTEFACTS = tissueIndex('mirror-artefact');

/**
 * Measures a tissue map (frames × rows × columns, C order, one TISSUES index a voxel) on its own grid: thickness in µm
 * of each class and four surface heights, averaged over the cells of the en-face grid, volumes and the share of retina.
 * All that the referral rests on comes from here, so it can be computed again from a stored segmentation.
 */
export function measureTissueMap(
  tissueMap: Uint8Array,
  geometry: TissueMapGeometry,
  grid: EnFaceGrid,
): TissueMeasurements {
  const { frames, rows, columns } = geometry;
  const measurer = new TissueMeasurer(geometry, grid, ownGrid(geometry));
  const size = rows * columns;
  for (let frame = 0; frame < frames; frame++) {
    measurer.addFrame(tissueMap.subarray(frame * size, (frame + 1) * size), frame);
  }
  return measurer.finish();
}

/** Measures a tissue map as it comes, B-scan by B-scan; labels on another grid count for what they are enlarged to. */
export class TissueMeasurer {
  private readonly cellOfFrame: readonly (readonly number[])[];
  private readonly cellOfColumn: readonly (readonly number[])[];
  private readonly sums: Float32Array;
  private readonly samples: Uint32Array;
  private readonly voxels = new Float64Array(TISSUES.length);
  private readonly ascans: AscanMeasurements;
  private withRetina = 0;

  constructor(
    private readonly geometry: TissueMapGeometry,
    private readonly grid: EnFaceGrid,
    labels: LabelGrid,
  ) {
    const { frames, columns, spacing } = geometry;
    this.cellOfFrame = cellIndices(frames, spacing.frame, grid.frames, grid.frameUm);
    this.cellOfColumn = cellIndices(columns, spacing.lateral, grid.columns, grid.lateralUm);
    this.sums = new Float32Array(EN_FACE_CHANNELS * grid.frames * grid.columns);
    this.samples = new Uint32Array(grid.frames * grid.columns);
    this.ascans = new AscanMeasurements(labels, spacing.axial * 1000);
  }

  /** Frames come in ascending order, each once: sums in single precision depend on the order. */
  addFrame(labels: Uint8Array, frame: number): void {
    const { ascans, grid, sums, samples } = this;
    const cells = samples.length;
    ascans.measure(labels);
    this.withRetina += ascans.addUp(this.voxels);
    for (const frameCell of this.cellOfFrame[frame]!) {
      for (let column = 0; column < this.geometry.columns; column++) {
        for (const columnCell of this.cellOfColumn[column]!) {
          const cell = frameCell * grid.columns + columnCell;
          samples[cell]!++;
          ascans.addTo(sums, column, cell, cells);
        }
      }
    }
  }

  finish(): TissueMeasurements {
    const { geometry, samples } = this;
    return {
      enFace: this.sums.map((sum, i) => sum / Math.max(1, samples[i % samples.length]!)),
      volumesNl: volumesNl(this.voxels, geometry),
      retinaShare: this.withRetina / (geometry.frames * geometry.columns),
    };
  }
}

/** Depths in one B-scan, column by column: of the labels in memory, of the scan in what is asked. */
class AscanMeasurements {
  private readonly counts: Uint32Array;
  private readonly innerSurface: Int32Array;
  private readonly firstChoroid: Int32Array;
  private readonly firstHyaloid: Int32Array;
  private readonly firstFluid: Int32Array;

  constructor(
    private readonly labels: LabelGrid,
    private readonly axialUm: number,
  ) {
    const { columns } = labels;
    this.counts = new Uint32Array(TISSUES.length * columns);
    this.innerSurface = new Int32Array(columns);
    this.firstChoroid = new Int32Array(columns);
    this.firstHyaloid = new Int32Array(columns);
    this.firstFluid = new Int32Array(columns);
  }

  measure(labels: Uint8Array): void {
    const { rows, columns, rowCount, firstRow } = this.labels;
    const { counts, innerSurface, firstChoroid, firstHyaloid, firstFluid } = this;
    counts.fill(0);
    for (const surface of [innerSurface, firstChoroid, firstHyaloid, firstFluid]) surface.fill(-1);
    for (let line = 0; line < rows; line++) {
      const times = rowCount[line]!;
      if (times === 0) continue;
      const row = firstRow[line]!;
      let at = line * columns;
      for (let column = 0; column < columns; column++, at++) {
        const tissue = labels[at]!;
        counts[tissue * columns + column]! += times;
        if (tissue === 0) continue;
        if (tissue === HYALOID) {
          if (firstHyaloid[column] === -1) firstHyaloid[column] = row;
        } else if (tissue < CHOROID) {
          if (innerSurface[column] === -1) innerSurface[column] = row;
          if (tissue === FLUID && firstFluid[column] === -1) firstFluid[column] = row;
        } else if (tissue === CHOROID && firstChoroid[column] === -1) {
          firstChoroid[column] = row;
        }
      }
    }
  }

  /** Adds this B-scan's voxels per class to `voxels`; returns how many of its A-scans have a retina. */
  addUp(voxels: Float64Array): number {
    const { columns, columnAt } = this.labels;
    let withRetina = 0;
    for (const column of columnAt) {
      for (let tissue = 0; tissue < TISSUES.length; tissue++) {
        voxels[tissue]! += this.counts[tissue * columns + column]!;
      }
      withRetina += this.hasRetina(column);
    }
    return withRetina;
  }

  /** Adds the channels of one A-scan of the scan to a cell. */
  addTo(sums: Float32Array, ascan: number, cell: number, cells: number): void {
    const { columns, columnAt } = this.labels;
    const column = columnAt[ascan]!;
    for (let tissue = 0; tissue < TISSUES.length; tissue++) {
      sums[tissue * cells + cell]! += this.counts[tissue * columns + column]! * this.axialUm;
    }
    const heights = this.heights(column);
    for (let i = 0; i < heights.length; i++) {
      sums[(TISSUES.length + i) * cells + cell]! += heights[i]!;
    }
  }

  /** In the order of HEIGHT_CHANNELS. */
  private heights(column: number): readonly [number, number, number, number] {
    const top = this.innerSurface[column]!;
    const choroid = this.firstChoroid[column]!;
    const hyaloid = this.firstHyaloid[column]!;
    const fluid = this.firstFluid[column]!;
    const depth = (from: number, to: number) => Math.max(0, to - from) * this.axialUm;
    return [
      top === -1 || choroid === -1 ? 0 : depth(top, choroid),
      top === -1 || hyaloid === -1
        ? FARTHEST_HYALOID_UM
        : Math.min(FARTHEST_HYALOID_UM, depth(hyaloid, top)),
      this.hasRetina(column),
      top === -1 || fluid === -1 ? 0 : depth(top, fluid),
    ];
  }

  private hasRetina(column: number): 0 | 1 {
    const { columns } = this.labels;
    let rows = 0;
    for (const tissue of [MEMBRANE, RETINA, FLUID]) rows += this.counts[tissue * columns + column]!;
    return rows * this.axialUm >= LEAST_RETINA_UM ? 1 : 0;
  }
}

/**
 * For each sample along one axis the cells of the grid that it stands for, both centred on each other: the cell that it
 * lies in, and where samples are farther apart than cells, every cell it is the nearest sample of. None outside.
 */
function cellIndices(
  samples: number,
  spacingMm: number,
  cells: number,
  cellUm: number,
): readonly (readonly number[])[] {
  const spacingUm = spacingMm * 1000;
  const result: number[][] = Array.from({ length: samples }, () => []);
  const cellOf = (sample: number) =>
    Math.floor(((sample - (samples - 1) / 2) * spacingUm) / cellUm + cells / 2);
  const filled = new Set<number>();
  for (let sample = 0; sample < samples; sample++) {
    const cell = cellOf(sample);
    if (cell < 0 || cell >= cells) continue;
    result[sample]!.push(cell);
    filled.add(cell);
  }
  for (let cell = 0; cell < cells; cell++) {
    if (filled.has(cell)) continue;
    const position = ((cell + 0.5 - cells / 2) * cellUm) / spacingUm + (samples - 1) / 2;
    const nearest = Math.round(position);
    if (nearest >= 0 && nearest < samples) result[nearest]!.push(cell);
  }
  return result;
}

/** Only fluids and lesions: the volume of a healthy structure depends on the field of the scan, and means nothing. */
function volumesNl(
  voxels: Float64Array,
  { spacing }: TissueMapGeometry,
): Partial<Record<TissueName, number>> {
  // 1 nl is 0.001 mm³.
  const voxelNl = spacing.frame * spacing.axial * spacing.lateral * 1000;
  return Object.fromEntries(
    TISSUES.slice(0, ARTEFACTS).flatMap(({ name, kind }, index) =>
      kind === 'fluid' || kind === 'lesion' ? [[name, voxels[index]! * voxelNl]] : [],
    ),
  );
}

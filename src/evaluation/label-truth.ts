import type { OctVolume } from '../values/oct-volume.js';
import { reverseLines } from '../values/reverse-lines.js';
import { EvaluationError } from './errors.js';
import type { NpyArray } from './npy.js';
import { FLUID, TISSUE_NAMES, TRUTH_LABELS, type SegmentationTruth } from './truth.js';
import type { TruthClass } from './truth.js';

/** What the row of the table says beside the file. */
export interface Annotation {
  readonly classes?: readonly TruthClass[];
  readonly frames?: readonly number[];
}

type Grid = Pick<OctVolume, 'frames' | 'rows' | 'columns' | 'frameNumbers' | 'mirrored'>;

/**
 * Labels of an array with one value a voxel: frames × rows × columns in the order in which the scan stores them. Values
 * are indices into TISSUES, 254 none of the classes, 255 not annotated; where only 'fluid' was looked for, any value but
 * 0 is fluid, so that a mask can be given as it is.
 * @throws EvaluationError OCT_TRUTH_NOT_USABLE
 */
export function truthOfLabels(
  { shape, values }: NpyArray,
  { classes = TISSUE_NAMES, frames }: Annotation,
  grid: Grid,
): SegmentationTruth {
  const wanted = [grid.frames, grid.rows, grid.columns];
  if (shape.join() !== wanted.join()) {
    throw new EvaluationError(
      'OCT_TRUTH_NOT_USABLE',
      `labels of ${shape.join(' × ')} for a scan of ${wanted.join(' × ')}`,
    );
  }
  const meaning = meaningOf(classes);
  const labels = emptyLabels(grid, frames);
  const size = grid.rows * grid.columns;
  eachAnnotated(grid, frames, (frame, stored) => {
    for (let i = 0; i < size; i++) {
      const value = values[stored * size + i]!;
      const label = meaning[value]!;
      if (label === UNKNOWN) {
        throw new EvaluationError('OCT_TRUTH_NOT_USABLE', `there is no class ${value}`);
      }
      labels[frame * size + i] = label;
    }
  });
  if (grid.mirrored === true) reverseLines(labels, grid.columns);
  return { classes, labels };
}

const UNKNOWN = -1;

/** What each value of the array is in a truth. */
function meaningOf(classes: readonly TruthClass[]): Int16Array {
  const { anyFluid, other, notAnnotated } = TRUTH_LABELS;
  const meaning = new Int16Array(256).fill(UNKNOWN);
  if (classes.length === 1 && classes[0] === FLUID) {
    return meaning.fill(anyFluid).fill(other, 0, 1);
  }
  TISSUE_NAMES.forEach((name, label) => {
    meaning[label] = classes.includes(name) ? label : other;
  });
  meaning[anyFluid] = classes.includes(FLUID) ? anyFluid : UNKNOWN;
  meaning[other] = other;
  meaning[notAnnotated] = notAnnotated;
  return meaning;
}

/** Nothing but 'other' where someone looked, and 'not annotated' elsewhere. */
export function emptyLabels(grid: Grid, frames: readonly number[] | undefined): Uint8Array {
  const size = grid.rows * grid.columns;
  const labels = new Uint8Array(grid.frames * size).fill(TRUTH_LABELS.notAnnotated);
  eachAnnotated(grid, frames, (frame) => {
    labels.fill(TRUTH_LABELS.other, frame * size, (frame + 1) * size);
  });
  return labels;
}

/** Frames in which someone looked: in the order of the volume, and the place (from 0) in the stored scan. */
function eachAnnotated(
  { frameNumbers }: Grid,
  frames: readonly number[] | undefined,
  visit: (frame: number, stored: number) => void,
): void {
  const looked = frames && new Set(frames);
  frameNumbers.forEach((number, frame) => {
    if (looked?.has(number) !== false) visit(frame, number - 1);
  });
}

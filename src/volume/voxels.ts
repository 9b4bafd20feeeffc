import type { DataSet } from '../dicom/data-set.js';
import type { DeviceProfile } from '../values/device-profile.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';
import type { NormalisationStep } from '../values/oct-volume.js';
import { reverseLines } from '../values/reverse-lines.js';
import type { FrameStack } from './frame-stack.js';

interface Matrix {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
}

/** How one sample becomes 8 bit: `(word >> shift) & mask`. */
interface Sample {
  readonly bytes: 1 | 2;
  readonly shift: number;
  readonly mask: number;
}

/** Why these pixels cannot be voxels; `undefined` where they can. OPT: MONOCHROME2, 8 or 16 bit (PS3.3 A.52.4). */
export function pixelDefect(
  header: DataSet,
  matrix: Matrix,
  byteLength: number,
): NotAssessedReason | undefined {
  const photometric = header.text('PhotometricInterpretation');
  const allocated = header.number('BitsAllocated');
  if (photometric !== 'MONOCHROME2' || (header.number('SamplesPerPixel') ?? 1) !== 1)
    return unreadable('the pixels are not one MONOCHROME2 sample each');
  if (allocated !== 8 && allocated !== 16)
    return unreadable(`${String(allocated ?? 'no')} bits allocated, expected 8 or 16`);
  if ((header.number('PixelRepresentation') ?? 0) !== 0)
    return unreadable('the samples are signed');
  const frameLength = matrix.rows * matrix.columns * (allocated / 8);
  const expected = frameLength * matrix.frames;
  if (byteLength < expected) {
    const whole = Math.floor(byteLength / frameLength);
    return unreadable(
      `Pixel Data end in frame ${String(whole + 1)} of ${String(matrix.frames)}: ${String(byteLength)} of ${String(expected)} bytes`,
    );
  }
  // PS3.5 8.1.1: one byte pads an odd length.
  if (byteLength > expected + 1)
    return unreadable(
      `Pixel Data have ${String(byteLength)} bytes where ${String(expected)} are described`,
    );
  return undefined;
}

/**
 * The samples as 8-bit voxels, frames in the stack's order and columns from left to right, with the steps that were
 * taken. `pixels` are little endian and their form was checked by `pixelDefect`.
 */
export function toVoxels(
  pixels: Uint8Array,
  header: DataSet,
  matrix: Matrix,
  { order, mirrored }: Pick<FrameStack, 'order' | 'mirrored'>,
  profile: DeviceProfile,
): { readonly voxels: Uint8Array; readonly steps: readonly NormalisationStep[] } {
  const frameSize = matrix.rows * matrix.columns;
  const sample = sampleOf(header, profile);
  const voxels = new Uint8Array(frameSize * order.length);
  order.forEach((source, frame) => {
    const from = source * frameSize * sample.bytes;
    const input = pixels.subarray(from, from + frameSize * sample.bytes);
    convert(input, voxels.subarray(frame * frameSize, (frame + 1) * frameSize), sample);
  });
  const steps: NormalisationStep[] = [];
  if (mirrored) {
    reverseLines(voxels, matrix.columns);
    steps.push({ name: 'columns turned: stored from the left of the patient', parameters: {} });
  }
  if (sample.bytes === 2)
    steps.push({
      name: '16-bit samples to 8 bit',
      parameters: { shift: sample.shift, from: profile.intensity.sixteenBit },
    });
  const { noData } = profile.intensity;
  if (noData !== undefined) {
    const blanked = blankNoData(voxels, matrix, noData);
    if (blanked > 0)
      steps.push({
        name: 'no-data wedges of eye tracking set to 0',
        parameters: { value: noData, voxels: blanked },
      });
  }
  return { voxels, steps };
}

function sampleOf(header: DataSet, { intensity }: DeviceProfile): Sample {
  const allocated = header.number('BitsAllocated') === 16 ? 16 : 8;
  const stored = header.number('BitsStored') ?? allocated;
  const highBit = header.number('HighBit') ?? stored - 1;
  if (allocated === 8) return { bytes: 1, shift: 0, mask: 0xff };
  if (intensity.sixteenBit === 'high-byte') return { bytes: 2, shift: 8, mask: 0xff };
  return { bytes: 2, shift: Math.max(0, highBit - 7), mask: stored < 8 ? (1 << stored) - 1 : 0xff };
}

function convert(input: Uint8Array, output: Uint8Array, { bytes, shift, mask }: Sample): void {
  if (bytes === 1) {
    output.set(input);
    return;
  }
  for (let i = 0; i < output.length; i++)
    output[i] = ((input[2 * i]! | (input[2 * i + 1]! << 8)) >> shift) & mask;
}

/** The shortest run of the no-data value that is a wedge and not a bright voxel at the edge. */
const WEDGE_MIN_ROWS = 4;

/**
 * Eye tracking shifts A-scans up or down and fills what is left at the top and bottom of a column with one grey value:
 * such runs become 0 ('no signal'). Counts the voxels.
 */
function blankNoData(
  voxels: Uint8Array,
  { frames, rows, columns }: Matrix,
  noData: number,
): number {
  let blanked = 0;
  for (let frame = 0; frame < frames; frame++) {
    const start = frame * rows * columns;
    for (let column = 0; column < columns; column++) {
      const top = start + column;
      const bottom = top + (rows - 1) * columns;
      for (const [from, step] of [
        [top, columns],
        [bottom, -columns],
      ] as const) {
        let run = 0;
        while (run < rows && voxels[from + run * step] === noData) run++;
        if (run < WEDGE_MIN_ROWS) continue;
        for (let i = 0; i < run; i++) voxels[from + i * step] = 0;
        blanked += run;
      }
    }
  }
  return blanked;
}

function unreadable(detail: string): NotAssessedReason {
  return { name: 'PIXELS_NOT_READABLE', detail };
}

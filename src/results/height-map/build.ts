import { DataSet } from '../../dicom/data-set.js';
import {
  derivation,
  derivedImage,
  referencedSeries,
  SEGMENT_DIMENSION,
  setDimensions,
  setPlacement,
  sourceImage,
} from '../derived-image.js';
import type { ResultInput } from '../result-input.js';
import { segmentItem } from '../segment-item.js';
import { sourceInstances } from '../source-frames.js';
import { sourceGeometry } from '../source-geometry.js';
import { SCT } from '../standard-codes.js';
import { SURFACES } from './codes.js';
import { NOT_FOUND, surfacesOf } from './surfaces.js';

/**
 * A Height Map Segmentation (Supplement 240; PS3.3 A.91, C.8.20.5) of the surfaces of the retina: a frame a surface, a
 * row a B-scan in the order of the source's frames, a column an A-scan; each value is a depth in rows of the B-scan.
 *
 * `undefined` where no surface was found, and where the source has no planes: this object must have a Frame of
 * Reference, and none is made up.
 */
export function heightMapDataSet(input: ResultInput): DataSet | undefined {
  const { source, volume } = input;
  const surfaces = surfacesOf(input);
  if (volume === undefined || surfaces.length === 0) return undefined;
  const geometry = sourceGeometry(source, volume);
  if (geometry.planes === undefined) return undefined;
  const dataSet = derivedImage(input, 'height-map', {
    label: 'OCT_SURFACES',
    description: 'Surfaces of the retina',
    frames: surfaces.length,
    rows: volume.frames,
    columns: volume.columns,
  })
    .set('FloatPixelPaddingValue', NOT_FOUND)
    .set('SegmentationType', 'HEIGHTMAP')
    .set(
      'SegmentSequence',
      surfaces.map(({ name }, index) => {
        const { type, label, cieLab } = SURFACES.find((surface) => surface.name === name)!;
        const codes = { category: SCT.anatomicalStructure, type, cieLab };
        return segmentItem(input, index + 1, name, label, codes);
      }),
    )
    .set(
      'SharedFunctionalGroupsSequence',
      DataSet.of({ DerivationImageSequence: derivation(derivationImages(input)) }),
    )
    .set(
      'PerFrameFunctionalGroupsSequence',
      surfaces.map((_, index) =>
        DataSet.of({
          FrameContentSequence: DataSet.of({ DimensionIndexValues: [index + 1] }),
          SegmentIdentificationSequence: DataSet.of({ ReferencedSegmentNumber: index + 1 }),
        }),
      ),
    )
    .set('ReferencedSeriesSequence', referencedSeries(input))
    .set('FloatPixelData', littleEndian(surfaces.map(({ heights }) => heights)));
  setDimensions(dataSet, input, 'height-map', [SEGMENT_DIMENSION]);
  // Its rows are B-scans, so it lies in no plane and Patient Orientation is required (C.7.6.1.1.1); unknown, so empty.
  dataSet.set('PatientOrientation', []);
  return setPlacement(dataSet, source, geometry);
}

/** PS3.3 A.91.5.1: frame numbers may be left out where the rows are all frames of one instance, in their order. */
function derivationImages(input: ResultInput): readonly DataSet[] {
  const numbers = [...input.volume!.frameNumbers].sort((a, b) => a - b);
  const images = sourceImage(input, numbers);
  const whole =
    sourceInstances(input).length === 1 &&
    numbers.length === (input.source.number('NumberOfFrames') ?? 1);
  if (whole) for (const image of images) image.delete('ReferencedFrameNumber');
  return images;
}

function littleEndian(frames: readonly Float32Array[]): Uint8Array {
  const values = frames.flatMap((frame) => Array.from(frame));
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeFloatLE(value, 4 * index));
  return bytes;
}

import type { DataSet } from '../../dicom/data-set.js';
import { CONCEPTS } from '../coding-scheme.js';
import { decisiveFrames } from '../decisive-frames.js';
import { sourceImage } from '../derived-image.js';
import type { ResultInput } from '../result-input.js';
import { image } from './content-item.js';

/** References to the frames that show most of each finding, by their numbers in the source. */
export function decisiveFrameItems(input: ResultInput): readonly DataSet[] {
  const numbers = decisiveFrames(input).map(({ frame }) => input.volume!.frameNumbers[frame]!);
  return frameReferences(input, numbers).map((reference) =>
    image('CONTAINS', CONCEPTS.decisiveFrame, reference),
  );
}

/** References to source frames (from 1) as they stand in a document. */
export function frameReferences(
  input: ResultInput,
  sourceFrames: readonly number[],
): readonly DataSet[] {
  return sourceImage(input, sourceFrames).map((reference) => {
    reference.delete('SpatialLocationsPreserved');
    reference.delete('PurposeOfReferenceCodeSequence');
    return reference;
  });
}

import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import type { Laterality } from '../values/laterality.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';

export type LateralityResult =
  | { readonly laterality: Laterality; readonly from: string }
  | { readonly reason: NotAssessedReason };

/**
 * The eye, from Image Laterality, else Frame Laterality of every frame, else series Laterality. All that are there must
 * agree; 'B', 'U' and emptiness are no eye. It is never inferred from the picture (dicom-objects.md 1.3.4).
 */
export function readLaterality(header: DataSet, frames: number): LateralityResult {
  const groups = functionalGroups(header);
  const named = [
    { from: 'Image Laterality', value: header.text('ImageLaterality') },
    ...Array.from({ length: frames }, (_, frame) => ({
      from: 'Frame Laterality',
      value: groups.macro('FrameAnatomySequence', frame)?.text('FrameLaterality'),
    })),
    { from: 'series Laterality', value: header.text('Laterality') },
  ].filter(({ value }) => value !== undefined);

  const [first] = named;
  if (first === undefined) return missing('Image, frame and series laterality are absent or empty');
  const notAnEye = named.find(({ value }) => value !== 'R' && value !== 'L');
  if (notAnEye !== undefined)
    return missing(`${notAnEye.from} names neither the right nor the left eye`);
  const other = named.find(({ value }) => value !== first.value);
  if (other !== undefined) {
    return {
      reason: {
        name: 'LATERALITY_CONTRADICTORY',
        detail: `${first.from} is ${first.value ?? ''}, but ${other.from} is ${other.value ?? ''}`,
      },
    };
  }
  return { laterality: first.value as Laterality, from: first.from };
}

function missing(detail: string): LateralityResult {
  return { reason: { name: 'LATERALITY_MISSING', detail } };
}

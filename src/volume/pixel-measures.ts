import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import type { NotAssessedReason } from '../values/not-assessed-reason.js';

/** Pixel Measures of a scan in mm: Pixel Spacing is axial \ lateral in a B-scan. */
export interface PixelMeasures {
  readonly axial: number;
  readonly lateral: number;
  readonly sliceThickness: number | undefined;
  /** A comma stood for the backslash between the two values. */
  readonly commaForBackslash: boolean;
}

export type PixelMeasuresResult =
  { readonly measures: PixelMeasures } | { readonly reason: NotAssessedReason };

/**
 * Exports of a Cirrus write 'a,b' (devices.md). Only with a decimal point in both numbers, so that a decimal comma
 * ('0,0453') is never taken for two values; what is read so must be plausible like any other spacing.
 */
const TWO_WITH_COMMA = /^\d*\.\d+ *, *\d*\.\d+$/u;

/** Reads the Pixel Measures macro, shared or per frame, and asks that all frames have the same. */
export function readPixelMeasures(header: DataSet, frames: number): PixelMeasuresResult {
  const groups = functionalGroups(header);
  let measures: PixelMeasures | undefined;
  for (let frame = 0; frame < frames; frame++) {
    const macro = groups.macro('PixelMeasuresSequence', frame);
    const written = macro?.texts('PixelSpacing') ?? [];
    const commaForBackslash = written.length === 1 && TWO_WITH_COMMA.test(written[0]!);
    const [axial, lateral] = commaForBackslash
      ? written[0]!.split(',').map(Number)
      : (macro?.numbers('PixelSpacing') ?? []);
    if (axial === undefined || lateral === undefined)
      return refuse('GEOMETRY_MISSING', `Pixel Spacing is missing in frame ${String(frame + 1)}`);
    if (!(axial > 0 && lateral > 0))
      return refuse(
        'GEOMETRY_IMPLAUSIBLE',
        `Pixel Spacing of frame ${String(frame + 1)} is not two positive numbers`,
      );
    if (measures === undefined)
      measures = {
        axial,
        lateral,
        sliceThickness: macro?.number('SliceThickness'),
        commaForBackslash,
      };
    else if (axial !== measures.axial || lateral !== measures.lateral)
      return refuse(
        'NOT_A_MACULAR_CUBE',
        `frames 1 and ${String(frame + 1)} differ in Pixel Spacing`,
      );
  }
  return measures === undefined
    ? refuse('GEOMETRY_MISSING', 'the scan has no frame')
    : { measures };
}

function refuse(name: NotAssessedReason['name'], detail: string): PixelMeasuresResult {
  return { reason: { name, detail } };
}

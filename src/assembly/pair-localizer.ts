import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';

/** A fundus picture that may show where a scan lies. */
export interface LocalizerCandidate {
  readonly sopInstanceUid: string;
  readonly header: DataSet;
}

export interface LocalizerPair {
  readonly sopInstanceUid: string;
  /** In words for the operator. */
  readonly because: string;
}

/**
 * The localizer of a scan among the fundus pictures of its study: the one that it refers to (Referenced Image or
 * Ophthalmic Frame Location, PS3.3 A.52.4.4), else the one in its frame of reference, else the only one of the same eye.
 */
export function pairLocalizer(
  scan: DataSet,
  candidates: readonly LocalizerCandidate[],
): LocalizerPair | undefined {
  const referenced = referencedBy(scan);
  const frameOfReference = scan.text('FrameOfReferenceUID');
  const eye = scan.text('ImageLaterality') ?? scan.text('Laterality');
  const rules: readonly [string, (candidate: LocalizerCandidate) => boolean][] = [
    ['the scan refers to it', ({ sopInstanceUid }) => referenced.has(sopInstanceUid)],
    [
      'it has the same frame of reference',
      ({ header }) =>
        frameOfReference !== undefined && header.text('FrameOfReferenceUID') === frameOfReference,
    ],
    [
      'it is the only picture of the same eye in the study',
      ({ header }) =>
        eye !== undefined && (header.text('ImageLaterality') ?? header.text('Laterality')) === eye,
    ],
  ];
  for (const [because, holds] of rules) {
    const [found, ...others] = candidates.filter(holds);
    if (found !== undefined && others.length === 0)
      return { sopInstanceUid: found.sopInstanceUid, because };
  }
  return undefined;
}

function referencedBy(scan: DataSet): ReadonlySet<string> {
  const groups = functionalGroups(scan);
  const frames = Array.from({ length: scan.number('NumberOfFrames') ?? 1 }, (_, frame) => frame);
  return new Set(
    frames.flatMap((frame) =>
      (['ReferencedImageSequence', 'OphthalmicFrameLocationSequence'] as const).flatMap(
        (macro) => groups.macro(macro, frame)?.text('ReferencedSOPInstanceUID') ?? [],
      ),
    ),
  );
}

import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { deterministicUid } from '../dicom/uid.js';
import { SOP_CLASSES, sopClass } from '../dicom/uids.js';
import type { AssemblyOutcome } from '../values/assembly-outcome.js';
import type { StoredInstance } from '../values/stored-instance.js';
import { NOT_INPUT_REASONS } from './reasons.js';

/** What is known of an instance when it is decided upon. */
export interface Candidate {
  readonly instance: StoredInstance;
  /** Its elements before Pixel Data. */
  readonly header: DataSet;
  /** This node made it, and it has come back (loop guard). */
  readonly ownResult: boolean;
}

/**
 * What a received instance makes (architecture.md, decisions 8 and 9). Content decides, never a timer: a multi-frame
 * Ophthalmic Tomography object (PS3.3 A.52.4.3) holds all its B-scans and is a complete acquisition by itself. A single
 * frame, or a member of a concatenation (PS3.3 C.7.6.16.2.2.4), is a part: `completeness.ts` says when all are there.
 */
export function assemble({ instance, header, ownResult }: Candidate): AssemblyOutcome {
  if (ownResult) return { kind: 'not-input', reason: NOT_INPUT_REASONS.ownResult };
  const known = sopClass(instance.sopClassUid);
  if (known === undefined) return { kind: 'not-input', reason: NOT_INPUT_REASONS.unknownSopClass };
  if (instance.sopClassUid === SOP_CLASSES.rawData.uid)
    return { kind: 'not-input', reason: NOT_INPUT_REASONS.rawData };
  if (known.use !== 'volume') return { kind: 'not-input', reason: NOT_INPUT_REASONS[known.use] };
  const concatenation = header.text('ConcatenationUID');
  if (concatenation !== undefined) {
    const group = deterministicUid('concatenation', instance.studyInstanceUid, concatenation);
    return { kind: 'part', group, reason: 'part of a concatenation' };
  }
  const frames = header.number('NumberOfFrames') ?? 1;
  if (frames < 2) {
    return {
      kind: 'part',
      group: seriesGroup(instance, header),
      reason: 'a single frame of a scan of one object a B-scan',
    };
  }
  return {
    kind: 'acquisition',
    reason: `all ${String(frames)} frames are in one object`,
    acquisition: {
      id: acquisitionId([instance]),
      studyInstanceUid: instance.studyInstanceUid,
      instances: [instance],
      completeBecause: 'all-frames-in-one-object',
      revision: 1,
    },
  };
}

/** The same for the same instances, at each start. */
function acquisitionId(instances: readonly StoredInstance[]): string {
  return deterministicUid('acquisition', ...instances.map(({ sopInstanceUid }) => sopInstanceUid));
}

/** What the single frames of one scan have in common, and those of another scan in the same series have not. */
function seriesGroup(instance: StoredInstance, header: DataSet): string {
  const eye =
    header.text('ImageLaterality') ??
    functionalGroups(header).macro('FrameAnatomySequence', 0)?.text('FrameLaterality');
  return deterministicUid(
    'single frames',
    instance.studyInstanceUid,
    instance.seriesInstanceUid,
    header.text('FrameOfReferenceUID') ?? '',
    eye ?? header.text('Laterality') ?? '',
    ...(['AcquisitionNumber', 'Rows', 'Columns'] as const).map((key) => String(header.number(key))),
  );
}

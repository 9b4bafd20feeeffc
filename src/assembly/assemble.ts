import type { DataSet } from '../dicom/data-set.js';
import { deterministicUid } from '../dicom/uid.js';
import { sopClass } from '../dicom/uids.js';
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
 * Ophthalmic Tomography object (PS3.3 A.52.4.3) holds all its B-scans and is a complete acquisition by itself. Scans
 * that come as one object a B-scan, and concatenations (PS3.3 C.7.6.16.2.2.4), are not put together yet; they stay
 * visible as incomplete.
 */
export function assemble({ instance, header, ownResult }: Candidate): AssemblyOutcome {
  if (ownResult) return { kind: 'not-input', reason: NOT_INPUT_REASONS.ownResult };
  const known = sopClass(instance.sopClassUid);
  if (known === undefined) return { kind: 'not-input', reason: NOT_INPUT_REASONS.unknownSopClass };
  if (known.use !== 'volume') return { kind: 'not-input', reason: NOT_INPUT_REASONS[known.use] };
  if (header.has('ConcatenationUID')) {
    return { kind: 'incomplete', reason: 'part of a concatenation: not put together yet' };
  }
  const frames = header.number('NumberOfFrames') ?? 1;
  if (frames < 2) {
    return { kind: 'incomplete', reason: 'single-frame series: not put together yet' };
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

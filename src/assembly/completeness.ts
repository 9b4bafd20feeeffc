import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import type { CompletenessReason } from '../values/acquisition.js';
import type { StoredPart } from '../values/assembly-outcome.js';

/** What a part says of its place in the scan. */
export interface PartFacts {
  readonly frames: number;
  /** In-concatenation Number and Total Number (PS3.3 C.7.6.16.2.2.4). */
  readonly number: number | undefined;
  readonly total: number | undefined;
  /** In-Stack Position Number of its first frame, else Instance Number. */
  readonly position: number | undefined;
  /** B-scans that the device's profile expects of a scan of this matrix. */
  readonly expectedFrames: number | undefined;
}

export interface Part extends StoredPart {
  readonly facts: PartFacts;
}

/** What is known of the senders now. */
export interface Surroundings {
  readonly now: number;
  /** ms */
  readonly quietTime: number;
  /** Is an association of this caller open, so that more may be under way? */
  readonly isSending: (callingAeTitle: string) => boolean;
  /** Was this association ended by an orderly release? */
  readonly wasReleased: (associationId: string) => boolean;
}

export type Completeness =
  { readonly because: CompletenessReason; readonly reason: string } | { readonly waitFor: string };

/** A volume has at least two frames. */
const MINIMUM_FRAMES = 2;

export function partFacts(
  header: DataSet,
  expectedFrames: (header: DataSet) => number | undefined,
): PartFacts {
  const inConcatenation = header.has('ConcatenationUID');
  const content = functionalGroups(header).macro('FrameContentSequence', 0);
  return {
    frames: header.number('NumberOfFrames') ?? 1,
    number: inConcatenation ? header.number('InConcatenationNumber') : undefined,
    total: inConcatenation ? header.number('InConcatenationTotalNumber') : undefined,
    position: content?.number('InStackPositionNumber') ?? header.number('InstanceNumber'),
    expectedFrames: expectedFrames(header),
  };
}

/** Parts in the order of their frames. */
export function inOrder(parts: readonly Part[]): readonly Part[] {
  const place = ({ facts }: Part) => facts.number ?? facts.position ?? 0;
  const uid = ({ instance }: Part) => instance.sopInstanceUid;
  return [...parts].sort((a, b) => place(a) - place(b) || (uid(a) < uid(b) ? -1 : 1));
}

/**
 * Is a scan that came in parts complete? Content decides first: the totals of a concatenation, then the B-scans that
 * the profile expects. Where neither says how many there are, a commitment request for all that came, or an orderly release of
 * the one association that brought all parts is a hint, if their positions have no gap. Quiet time is the last resort, and
 * it does not run while the sender has an association open (R9). What content says to be missing is waited for until
 * then, and named.
 *
 * @param isCommitmentRequested has the sender asked whether all of these parts are stored (PS3.4 J)?
 */
export function completeness(
  parts: readonly Part[],
  around: Surroundings,
  isCommitmentRequested: boolean,
): Completeness {
  const frames = parts.reduce((sum, { facts }) => sum + facts.frames, 0);
  const have = `${String(frames)} frames in ${String(parts.length)} objects`;
  const total = parts.find(({ facts }) => facts.total !== undefined)?.facts.total;
  const expected = parts.find(({ facts }) => facts.expectedFrames !== undefined)?.facts
    .expectedFrames;
  if (total !== undefined && concatenationIsWhole(parts, total))
    return complete('concatenation-complete', `all ${String(total)} parts of the concatenation`);
  if (total === undefined && expected !== undefined && frames >= expected)
    return complete('expected-frames', `${have}, as the device profile expects`);
  if (frames < MINIMUM_FRAMES) return { waitFor: `${have}: a volume has more` };

  const wanted = total ?? expected;
  const open = parts.find(({ instance }) => around.isSending(instance.callingAeTitle));
  if (open !== undefined) return { waitFor: `${have}; the sender's association is open` };
  if (wanted === undefined && isCommitmentRequested && hasNoGap(parts))
    return complete(
      'commitment-requested',
      `${have}; the sender has asked for storage commitment of all of them`,
    );
  const [first] = parts;
  const cameTogether = parts.every(({ associationId }) => associationId === first?.associationId);
  if (
    wanted === undefined &&
    cameTogether &&
    first !== undefined &&
    around.wasReleased(first.associationId) &&
    hasNoGap(parts)
  )
    return complete('association-released', `${have}; the sender has released its association`);
  const newest = Math.max(...parts.map(({ instance }) => Date.parse(instance.receivedAt)));
  const missing = wanted === undefined ? '' : `; ${missingWords(frames, parts, total, expected)}`;
  if (around.now - newest >= around.quietTime)
    return complete('quiet-time', `${have}; nothing more came in the quiet time${missing}`);
  return { waitFor: `${have}; waiting for more${missing}` };
}

function complete(because: CompletenessReason, reason: string): Completeness {
  return { because, reason };
}

function concatenationIsWhole(parts: readonly Part[], total: number): boolean {
  const numbers = new Set(parts.map(({ facts }) => facts.number));
  return Array.from({ length: total }, (_, i) => i + 1).every((number) => numbers.has(number));
}

function hasNoGap(parts: readonly Part[]): boolean {
  const positions = parts.flatMap(({ facts }) => facts.position ?? []).sort((a, b) => a - b);
  if (positions.length < parts.length) return false;
  return positions.every((position, i) => i === 0 || position === positions[i - 1]! + 1);
}

function missingWords(
  frames: number,
  parts: readonly Part[],
  total: number | undefined,
  expected: number | undefined,
): string {
  return total === undefined
    ? `the device profile expects ${String(expected)} frames, ${String(frames)} are here`
    : `the concatenation has ${String(total)} parts, ${String(parts.length)} are here`;
}

import type { Dissent } from '../values/findings.js';
import { TISSUES, tissueIndex } from '../values/tissue.js';
import type { CanonicalFrames, CanonicalScan } from './canonical-grid.js';
import { InferenceError } from './errors.js';
import type { Network } from './sessions.js';

/** B-scans that the network sees at once: the one to label in the middle, a neighbour on each side. */
const CONTEXT_FRAMES = 3;
const VITREOUS = tissueIndex('vitreous');
const CHOROID = tissueIndex('choroid');

/**
 * The networks' input for one B-scan after the other: float32 [1, 3, rows, columns], in one buffer that is filled anew
 * for each. Only the B-scans between a frame and its neighbours are kept, so memory does not grow with the scan.
 */
export class BscanWindow {
  readonly shape: readonly number[];
  private readonly input: Float32Array;
  private readonly kept: readonly { frame: number; readonly values: Float32Array }[];

  constructor(private readonly scan: Pick<CanonicalFrames, 'placement' | 'write'>) {
    const { rows, columns, neighbourStride } = scan.placement;
    const size = rows * columns;
    this.shape = [1, CONTEXT_FRAMES, rows, columns];
    this.input = new Float32Array(CONTEXT_FRAMES * size);
    this.kept = Array.from({ length: 2 * neighbourStride + 1 }, () => ({
      frame: -1,
      values: new Float32Array(size),
    }));
  }

  /** The input for one frame; valid until the next call. */
  at(frame: number): Float32Array {
    const { frames, rows, columns, neighbourStride } = this.scan.placement;
    for (let k = 0; k < CONTEXT_FRAMES; k++) {
      const neighbour = frame + (k - 1) * neighbourStride;
      const source = Math.min(frames - 1, Math.max(0, neighbour));
      this.input.set(this.bscan(source), k * rows * columns);
    }
    return this.input;
  }

  /** One B-scan that the last input held; valid until the next call of `at`. */
  bscan(frame: number): Float32Array {
    const slot = this.kept[frame % this.kept.length]!;
    if (slot.frame !== frame) {
      this.scan.write(frame, slot.values);
      slot.frame = frame;
    }
    return slot.values;
  }
}

/**
 * Labels one B-scan: uint8 rows × columns on the canonical grid. One B-scan a run, because batches gain nothing on a CPU
 * and cost memory (models.md §3.4).
 * @throws InferenceError OCT_NETWORK_OUTPUT_INVALID, and what `network.run` throws
 */
export async function labelBscan(
  network: Network,
  input: Float32Array,
  shape: readonly number[],
): Promise<Uint8Array> {
  const outputs = await network.run(input, shape);
  const labels = outputs['labels']?.data;
  const confidence = outputs['confidence']?.data[0];
  const size = shape[2]! * shape[3]!;
  // The confidence is a mean over the softmax: one value that is not a number makes it none.
  if (!(labels instanceof Uint8Array) || labels.length !== size || !Number.isFinite(confidence)) {
    throw new InferenceError('OCT_NETWORK_OUTPUT_INVALID', network.identity.file);
  }
  return labels;
}

/** Labels every B-scan of a scan with one network, for training: uint8 frames × rows × columns. */
export async function labelScan(scan: CanonicalScan, network: Network): Promise<Uint8Array> {
  const { frames, rows, columns } = scan.placement;
  const size = rows * columns;
  const window = new BscanWindow({
    ...scan,
    write(frame, target) {
      target.set(scan.intensities.subarray(frame * size, (frame + 1) * size));
    },
  });
  const labels = new Uint8Array(frames * size);
  for (let frame = 0; frame < frames; frame++) {
    labels.set(await labelBscan(network, window.at(frame), window.shape), frame * size);
  }
  return labels;
}

/**
 * Share (0 to 1) of the voxels that the majority calls retina, RPE or a lesion in which a member says otherwise: the mean
 * over the members. Above and below there is little to differ about, so vitreous and choroid are not counted.
 */
export class MemberDisagreement {
  private tissue = 0;
  private differing = 0;

  /** Counts one B-scan, or a whole scan, of each member and of their majority. */
  add(members: readonly Uint8Array[], majority: Uint8Array): void {
    for (let voxel = 0; voxel < majority.length; voxel++) {
      const label = majority[voxel]!;
      if (label === VITREOUS || label >= CHOROID) continue;
      this.tissue++;
      for (const member of members) {
        if (member[voxel] !== label) this.differing += 1 / members.length;
      }
    }
  }

  get share(): number {
    return this.tissue === 0 ? 0 : this.differing / this.tissue;
  }
}

/** The class that most members gave each voxel; where several classes are level, that of the earliest member. */
export function majorityLabels(members: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = members;
  if (first === undefined) throw new RangeError('A majority needs at least one member.');
  if (others.length === 0) return first;
  const result = new Uint8Array(first.length);
  const votes = new Uint8Array(TISSUES.length);
  for (let voxel = 0; voxel < first.length; voxel++) {
    const label = first[voxel]!;
    // Nearly every voxel: asked first, because the count costs ten times as much.
    if (others.every((other) => other[voxel] === label)) {
      result[voxel] = label;
      continue;
    }
    votes.fill(0);
    for (const member of members) votes[member[voxel]!]!++;
    let winner = label;
    for (const other of others) {
      if (votes[other[voxel]!]! > votes[winner]!) winner = other[voxel]!;
    }
    result[voxel] = winner;
  }
  return result;
}

/**
 * How many members give each voxel another class than the majority, and the class that most of these give; where several
 * are level, that of the earliest; where nobody dissents, the majority's own.
 */
export function findDissent(
  members: readonly Uint8Array[],
  majority: Uint8Array,
): Omit<Dissent, 'members'> {
  const dissenters = new Uint8Array(majority.length);
  const alternatives = majority.slice();
  for (const member of members) {
    for (let voxel = 0; voxel < majority.length; voxel++) {
      if (member[voxel] !== majority[voxel]) dissenters[voxel]!++;
    }
  }
  const votes = new Uint8Array(TISSUES.length);
  for (let voxel = 0; voxel < majority.length; voxel++) {
    if (dissenters[voxel] === 0) continue;
    votes.fill(0);
    for (const member of members) votes[member[voxel]!]!++;
    // The majority is where the search begins, and is no alternative.
    votes[majority[voxel]!] = 0;
    for (const member of members) {
      if (votes[member[voxel]!]! > votes[alternatives[voxel]!]!)
        alternatives[voxel] = member[voxel]!;
    }
  }
  return { dissenters, alternatives };
}

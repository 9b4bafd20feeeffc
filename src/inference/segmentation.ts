import { setImmediate } from 'node:timers/promises';

import { TISSUES } from '../values/tissue.js';
import type { CanonicalScan } from './canonical-grid.js';
import { InferenceError } from './errors.js';
import type { Network } from './sessions.js';

/** B-scans that the network sees at once: the one to label in the middle, a neighbour on each side. */
const CONTEXT_FRAMES = 3;

/**
 * Labels every B-scan of a scan with one network: uint8 frames × rows × columns on the canonical grid. ONNX Runtime
 * blocks the thread while it computes, so the event loop gets a turn after every B-scan; one B-scan a run, because
 * batches gain nothing on a CPU and cost memory (models.md §3.4).
 * @throws InferenceError OCT_NETWORK_OUTPUT_INVALID
 */
export async function labelScan(
  scan: CanonicalScan,
  network: Network,
  onBscan: () => void = () => undefined,
): Promise<Uint8Array> {
  const { frames, rows, columns, neighbourStride } = scan.placement;
  const size = rows * columns;
  const labels = new Uint8Array(frames * size);
  const input = new Float32Array(CONTEXT_FRAMES * size);
  for (let frame = 0; frame < frames; frame++) {
    for (let k = 0; k < CONTEXT_FRAMES; k++) {
      const neighbour = frame + (k - 1) * neighbourStride;
      const source = Math.min(frames - 1, Math.max(0, neighbour));
      input.set(scan.intensities.subarray(source * size, (source + 1) * size), k * size);
    }
    const outputs = await network.run(input, [1, CONTEXT_FRAMES, rows, columns]);
    const answer = outputs['labels']?.data;
    const confidence = outputs['confidence']?.data[0];
    if (!(answer instanceof Uint8Array) || answer.length !== size || !Number.isFinite(confidence)) {
      throw new InferenceError('OCT_NETWORK_OUTPUT_INVALID', network.identity.file);
    }
    labels.set(answer, frame * size);
    onBscan();
    await setImmediate();
  }
  return labels;
}

/** The class that most members gave each voxel; where several classes are level, that of the earliest member. */
export function majorityLabels(members: readonly Uint8Array[]): Uint8Array {
  const [first, ...others] = members;
  if (first === undefined) throw new RangeError('A majority needs at least one member.');
  if (others.length === 0) return first;
  const result = new Uint8Array(first.length);
  const votes = new Uint8Array(TISSUES.length);
  for (let voxel = 0; voxel < first.length; voxel++) {
    votes.fill(0);
    for (const member of members) votes[member[voxel]!]!++;
    let winner = first[voxel]!;
    for (const other of others) {
      if (votes[other[voxel]!]! > votes[winner]!) winner = other[voxel]!;
    }
    result[voxel] = winner;
  }
  return result;
}

/** How many members give each voxel another class than `labels` has. */
export function countDissenters(members: readonly Uint8Array[], labels: Uint8Array): Uint8Array {
  const counts = new Uint8Array(labels.length);
  for (const member of members) {
    for (let voxel = 0; voxel < labels.length; voxel++) {
      if (member[voxel] !== labels[voxel]) counts[voxel]!++;
    }
  }
  return counts;
}

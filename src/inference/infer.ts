import { setImmediate } from 'node:timers/promises';

import type {
  Disagreement,
  Dissent,
  DroppedMember,
  Findings,
  Likeness,
} from '../values/findings.js';
import type { NormalisationStep, OctVolume } from '../values/oct-volume.js';
import { PATHOLOGIES } from '../values/referral-class.js';
import type { PathologyName } from '../values/referral-class.js';
import { labelGrid, openCanonicalGrid } from './canonical-grid.js';
import { activationMaps } from './activation.js';
import { classify } from './classification.js';
import type { Classification } from './classification.js';
import { DisagreementMap } from './disagreement.js';
import { asMember, MemberFailure, requireMembers } from './ensemble.js';
import { enlargeLabels } from './label-grid.js';
import { occlude } from './occlusion.js';
import { distanceFromTraining, namedStatistics, ScanLook } from './scan-statistics.js';
import {
  BscanWindow,
  findDissent,
  labelBscan,
  majorityLabels,
  MemberDisagreement,
} from './segmentation.js';
import type { Network, Networks } from './sessions.js';
import { TissueMeasurer } from './thickness-maps.js';
import type { TissueMeasurements } from './thickness-maps.js';

/** What inference did to the scan, beside what it found. */
export interface InferenceResult extends Findings {
  /** The normalisation steps between the volume and the networks, for the report. */
  readonly steps: readonly NormalisationStep[];
  /** What the scan looks like, by name: the ends of its intensities in grey levels, and SCAN_STATISTICS. */
  readonly look: Readonly<Record<string, number>>;
}

/** What costs memory and is made only where it is asked for; each map is as large as the tissue map. */
export interface InferenceExtras {
  /** Counts, voxel by voxel, the networks that see another class, and keeps the class that most of them see. */
  readonly dissent?: boolean;
  /** Keeps the tissue map of each member. */
  readonly memberMaps?: boolean;
}

/**
 * Runs a model set on one volume: every segmentation network gives a tissue map, every classification network reads each
 * of these maps, so N × M predictions. The tissue map of the findings is the voxel-wise majority, and the volumes and the
 * share of retina are measured on it. A member that fails is dropped and the scan read without it, as if it had never
 * been there.
 * @param onProgress is called with the share done, 0 to 1, after each B-scan
 * @param extras what is kept beside what is always told
 * @throws InferenceError OCT_NETWORK_OUTPUT_INVALID where too few members are left, OCT_PROVIDER_LOST
 */
export async function infer(
  volume: OctVolume,
  networks: Networks,
  onProgress: (share: number) => void = () => undefined,
  extras: InferenceExtras = {},
): Promise<InferenceResult> {
  let members: Networks = networks;
  for (;;) {
    try {
      return await inferWith(volume, members, onProgress, extras);
    } catch (error) {
      if (!(error instanceof MemberFailure)) throw error;
      members = without(members, error.member);
    }
  }
}

function without(networks: Networks, lost: DroppedMember): Networks {
  const dropped = [...networks.dropped, lost];
  const left = networks[lost.role].filter(({ identity }) => identity.file !== lost.file);
  const { manifest } = networks;
  requireMembers(manifest, lost.role, left.length, dropped, 'OCT_NETWORK_OUTPUT_INVALID');
  return { ...networks, [lost.role]: left, dropped };
}

async function inferWith(
  volume: OctVolume,
  networks: Networks,
  onProgress: (share: number) => void,
  extras: InferenceExtras,
): Promise<InferenceResult> {
  const { manifest, executionProvider, dropped } = networks;
  const segmented = await segment(volume, networks, onProgress, extras);
  const { steps, tissueMap, majority, members, disagreement, likeness, dissent, look, memberMaps } =
    segmented;
  const ask = async (enFace: Float32Array): Promise<readonly Classification[]> => {
    const answers: Classification[] = [];
    for (const network of networks.classification) {
      const run = () => classify(enFace, manifest.enFaceGrid, network);
      answers.push(await asMember(network.identity, executionProvider, run));
      await setImmediate();
    }
    return answers;
  };
  const answers: Classification[] = [];
  for (const { enFace } of members) answers.push(...(await ask(enFace)));
  const activation = activationMaps(answers, manifest.enFaceGrid);
  const occlusion = await occlude(majority, ask);
  onProgress(1);
  return {
    tissueMap,
    volumesNl: majority.volumesNl,
    referral: answers.map(({ referral }) => referral),
    pathologies: meanPathologies(answers),
    retinaShare: majority.retinaShare,
    likeness,
    modelSet: networks.modelSet,
    models: [...networks.segmentation, ...networks.classification].map(({ identity }) => identity),
    executionProvider,
    ...(dropped.length > 0 && { dropped }),
    ...(disagreement && { disagreement }),
    ...(dissent && { dissent }),
    occlusion,
    ...(activation && { activation }),
    steps,
    look,
    ...(memberMaps && { memberMaps }),
  };
}

interface Segmented {
  readonly steps: readonly NormalisationStep[];
  /** The majority's, on the scan's own grid. */
  readonly tissueMap: Uint8Array;
  readonly majority: TissueMeasurements;
  /** Of each member's own map. */
  readonly members: readonly TissueMeasurements[];
  readonly disagreement: Disagreement | undefined;
  readonly likeness: Likeness;
  readonly dissent: Dissent | undefined;
  readonly look: Readonly<Record<string, number>>;
  readonly memberMaps: readonly Uint8Array[] | undefined;
}

/**
 * All members, B-scan by B-scan: the input is prepared once for all of them, and of their maps only what is measured is
 * kept. ONNX Runtime blocks the thread while it computes, so the event loop gets a turn after every run.
 */
async function segment(
  volume: OctVolume,
  { manifest, segmentation, executionProvider }: Networks,
  onProgress: (share: number) => void,
  wanted: InferenceExtras,
): Promise<Segmented> {
  const scan = openCanonicalGrid(volume, manifest.canonicalGrid, manifest.normalisation);
  const window = new BscanWindow(scan);
  const grid = labelGrid(scan.placement);
  const measurer = () => new TissueMeasurer(volume, manifest.enFaceGrid, grid);
  const measurers = segmentation.map(measurer);
  const ofMajority = segmentation.length === 1 ? measurers[0]! : measurer();
  const disputed = segmentation.length === 1 ? undefined : new DisagreementMap(volume, grid);
  const look = new ScanLook(scan.placement);
  const contradiction = new MemberDisagreement();
  const bscanVoxels = volume.rows * volume.columns;
  const tissueMap = new Uint8Array(volume.frames * bscanVoxels);
  const dissent =
    wanted.dissent && segmentation.length > 1
      ? {
          members: segmentation.length,
          dissenters: new Uint8Array(tissueMap.length),
          alternatives: new Uint8Array(tissueMap.length),
        }
      : undefined;
  const memberMaps =
    wanted.memberMaps && segmentation.length > 1
      ? segmentation.map(() => new Uint8Array(tissueMap.length))
      : undefined;
  const runs = volume.frames * segmentation.length;
  let done = 0;
  const label = async (network: Network, input: Float32Array): Promise<Uint8Array> => {
    const run = () => labelBscan(network, input, window.shape);
    const labels = await asMember(network.identity, executionProvider, run);
    onProgress(++done / (runs + 1));
    await setImmediate();
    return labels;
  };
  for (let frame = 0; frame < volume.frames; frame++) {
    const input = window.at(frame);
    look.add(window.bscan(frame));
    const members: Uint8Array[] = [];
    for (const network of segmentation) members.push(await label(network, input));
    for (const [index, labels] of members.entries()) measurers[index]!.addFrame(labels, frame);
    const labels = majorityLabels(members);
    contradiction.add(members, labels);
    if (disputed !== undefined) {
      ofMajority.addFrame(labels, frame);
      disputed.addFrame(members, frame);
    }
    enlargeLabels(labels, grid, tissueMap, frame * bscanVoxels);
    for (const [index, map] of (memberMaps ?? []).entries()) {
      enlargeLabels(members[index]!, grid, map, frame * bscanVoxels);
    }
    if (dissent !== undefined) {
      const { dissenters, alternatives } = findDissent(members, labels);
      enlargeLabels(dissenters, grid, dissent.dissenters, frame * bscanVoxels);
      enlargeLabels(alternatives, grid, dissent.alternatives, frame * bscanVoxels);
    }
  }
  const members = measurers.map((one) => one.finish());
  const { likeness } = manifest;
  const statistics = look.finish();
  return {
    steps: scan.steps,
    tissueMap,
    majority: disputed === undefined ? members[0]! : ofMajority.finish(),
    members,
    disagreement: disputed && {
      depthUm: disputed.depthUm,
      volumeNl: disputed.volumeNl,
      volumesNl: members.map(({ volumesNl }) => volumesNl),
    },
    likeness: {
      distance: likeness && distanceFromTraining(statistics, likeness),
      disagreement: contradiction.share,
    },
    dissent,
    memberMaps,
    look: { ...scan.range, ...namedStatistics(statistics) },
  };
}

function meanPathologies(answers: readonly Classification[]): Record<PathologyName, number> {
  const mean = (index: number) =>
    answers.reduce((sum, { pathologies }) => sum + pathologies[index]!, 0) / answers.length;
  return Object.fromEntries(PATHOLOGIES.map(({ name }, index) => [name, mean(index)])) as Record<
    PathologyName,
    number
  >;
}

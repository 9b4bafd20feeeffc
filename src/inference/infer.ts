import type { Findings } from '../values/findings.js';
import type { NormalisationStep, OctVolume } from '../values/oct-volume.js';
import { PATHOLOGIES } from '../values/referral-class.js';
import type { PathologyName } from '../values/referral-class.js';
import { toCanonicalGrid, toNativeGrid } from './canonical-grid.js';
import { classify } from './classification.js';
import type { Classification } from './classification.js';
import { countDissenters, labelScan, majorityLabels } from './segmentation.js';
import type { Networks } from './sessions.js';
import { measureTissueMap } from './thickness-maps.js';
import type { TissueMeasurements } from './thickness-maps.js';

/** What inference did to the scan, beside what it found. */
export interface InferenceResult extends Findings {
  /** The normalisation steps between the volume and the networks, for the report. */
  readonly steps: readonly NormalisationStep[];
}

/**
 * Runs a model set on one volume: every segmentation network gives a tissue map, every classification network reads each
 * of these maps, so N × M predictions. The tissue map of the findings is the voxel-wise majority, and the volumes and the
 * share of retina are measured on it.
 * @param onProgress is called with the share done, 0 to 1, after each B-scan
 * @param dissent also counts, voxel by voxel, the networks that see another class; a map as large as the tissue map
 * @throws InferenceError OCT_NETWORK_OUTPUT_INVALID
 */
export async function infer(
  volume: OctVolume,
  networks: Networks,
  onProgress: (share: number) => void = () => undefined,
  { dissent = false }: { readonly dissent?: boolean } = {},
): Promise<InferenceResult> {
  const { manifest } = networks;
  const scan = toCanonicalGrid(volume, manifest.canonicalGrid, manifest.normalisation);
  const measure = (map: Uint8Array) => measureTissueMap(map, volume, manifest.enFaceGrid);
  const runs = networks.segmentation.length * volume.frames;
  let done = 0;
  const members: Uint8Array[] = [];
  const answers: Classification[] = [];
  let last: { map: Uint8Array; measurements: TissueMeasurements } | undefined;
  for (const network of networks.segmentation) {
    const labels = await labelScan(scan, network, () => {
      onProgress(++done / (runs + 1));
    });
    members.push(labels);
    const map = toNativeGrid(labels, scan.placement);
    last = { map, measurements: measure(map) };
    for (const classifier of networks.classification) {
      answers.push(await classify(last.measurements.enFace, manifest.enFaceGrid, classifier));
    }
  }
  const alone = members.length === 1 ? last : undefined;
  const labels = majorityLabels(members);
  const tissueMap = alone?.map ?? toNativeGrid(labels, scan.placement);
  const { volumesNl, retinaShare } = alone?.measurements ?? measure(tissueMap);
  onProgress(1);
  return {
    tissueMap,
    volumesNl,
    referral: answers.map(({ referral }) => referral),
    pathologies: meanPathologies(answers),
    retinaShare,
    modelSet: networks.modelSet,
    models: [...networks.segmentation, ...networks.classification].map(({ identity }) => identity),
    executionProvider: networks.executionProvider,
    ...(dissent &&
      members.length > 1 && {
        dissent: {
          members: members.length,
          dissenters: toNativeGrid(countDissenters(members, labels), scan.placement),
        },
      }),
    steps: scan.steps,
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

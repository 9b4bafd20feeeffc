import { readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { matchProfile } from '../devices/match-profile.js';
import { DicomError } from '../dicom/errors.js';
import { EvaluationError } from '../evaluation/errors.js';
import type { EvaluatedScan } from '../evaluation/evaluated-scan.js';
import { truthOfLabels } from '../evaluation/label-truth.js';
import { readNpy } from '../evaluation/npy.js';
import { overlaps } from '../evaluation/overlap.js';
import { drawPicture } from '../evaluation/picture.js';
import { verdictOf } from '../evaluation/referral-measures.js';
import { truthOfSegmentation, type SourceFrame } from '../evaluation/segmentation-truth.js';
import { surfaceErrors } from '../evaluation/surface-error.js';
import type { ScanTruth } from '../evaluation/truth.js';
import type { TruthRow } from '../evaluation/truth-table.js';
import { infer, type InferenceExtras } from '../inference/infer.js';
import type { Networks } from '../inference/sessions.js';
import { assess, type Assessment, type ReadingRoom } from '../pipeline.js';
import type { CostMatrix } from '../referral/cost-matrix.js';
import { decide } from '../referral/decide.js';
import { isNamed, scansIn, type ScanFiles } from './scan-folder.js';
import { NOT_ASSESSED_REASONS } from '../values/not-assessed-reason.js';
import type { ReferralClass } from '../values/referral-class.js';
import type { OctVolume } from '../values/oct-volume.js';
import { loadAcquisition, type LoadedAcquisition } from '../volume/load-acquisition.js';

export type EvaluationRoom = Pick<ReadingRoom, 'networks' | 'costMatrix' | 'profiles'> & {
  /** Further cost matrices, by name, under which each scan is decided too. */
  readonly operatingPoints?: ReadonlyMap<string, CostMatrix>;
};

/** Each member is measured beside the ensemble. */
const EXTRAS: InferenceExtras = { memberMaps: true };

export interface EvaluatedScans {
  readonly scans: readonly EvaluatedScan[];
  /** By name of the scan: of those that were not decided rightly. */
  readonly pictures: ReadonlyMap<string, Uint8Array>;
  readonly withoutTruth: readonly string[];
  readonly notEvaluated: readonly string[];
}

/** What is asked for beside the figures. */
export interface EvaluationOptions {
  readonly pictures: boolean;
  /** Called after each scan. */
  readonly onScan?: (scan: EvaluatedScan, done: number, of: number) => void;
}

/** Reads every scan of a folder that the table names, as a worker would, and compares it with its truth. */
export async function evaluateFolder(
  folder: string,
  table: { readonly path: string; readonly rows: readonly TruthRow[] },
  room: EvaluationRoom,
  { pictures: wanted, onScan }: EvaluationOptions,
): Promise<EvaluatedScans> {
  const found = await scansIn(folder);
  const scans: EvaluatedScan[] = [];
  const pictures = new Map<string, Uint8Array>();
  const notEvaluated: string[] = [];
  const named = new Set<ScanFiles>();
  for (const row of table.rows) {
    const files = found.filter((one) => isNamed(row.scan, one, folder));
    for (const one of files) named.add(one);
    if (files.length !== 1) {
      notEvaluated.push(`${row.scan}: ${files.length === 0 ? 'no scan' : 'several scans'}`);
      continue;
    }
    try {
      const loaded = await loadAcquisition(files[0]!, (header) =>
        matchProfile(header, room.profiles),
      );
      const truth = (volume: OctVolume | undefined) =>
        truthOf(row, dirname(table.path), volume, sourceFrames(loaded, files[0]!));
      const { scan, picture } = await evaluateScan(row.scan, loaded, truth, room, wanted);
      scans.push(scan);
      if (picture !== undefined) pictures.set(row.scan, picture);
      onScan?.(scan, scans.length, table.rows.length);
    } catch (error) {
      if (!(error instanceof EvaluationError || error instanceof DicomError)) throw error;
      notEvaluated.push(`${row.scan}: ${error.message} [${error.code}]`);
    }
  }
  const withoutTruth = found
    .filter((files) => !named.has(files))
    .map((files) => relative(folder, files[0]!.path));
  return { scans, pictures, withoutTruth, notEvaluated };
}

/**
 * One scan on the pipeline's way to its decision. One that is refused before inference and has a true segmentation is
 * segmented all the same, for the measurement alone: its decision stays 'not assessed'.
 */
export async function evaluateScan(
  name: string,
  loaded: LoadedAcquisition,
  truthOfVolume: (volume: OctVolume | undefined) => Promise<ScanTruth>,
  room: EvaluationRoom,
  wantsPicture: boolean,
): Promise<{ readonly scan: EvaluatedScan; readonly picture?: Uint8Array }> {
  const began = performance.now();
  const { decision, volume, quality, findings } = await assess(loaded, room, undefined, EXTRAS);
  const seconds = (performance.now() - began) / 1000;
  const truth = await truthOfVolume(volume);
  const drawn = truth.segmentation !== undefined || truth.surfaces !== undefined;
  const segmented =
    findings ??
    (volume && drawn ? await infer(volume, room.networks, undefined, EXTRAS) : undefined);
  const reasons = decision.kind === 'assessed' ? [] : decision.reasons;
  const scan: EvaluatedScan = {
    name,
    device: volume?.profile.id ?? profileOf(loaded),
    quality: {
      grade: quality?.grade ?? 'not measured',
      failed: quality?.criteria.filter(({ passed }) => !passed).map(({ code }) => code) ?? [],
    },
    truth: {
      ...(truth.referral && { referral: truth.referral }),
      ...(truth.pathologies && { pathologies: truth.pathologies }),
    },
    decision: decision.kind === 'assessed' ? decision.referral : null,
    ...(room.operatingPoints && {
      decisions: decisionsAt(room.operatingPoints, quality, findings, room.networks),
    }),
    because:
      decision.kind === 'assessed'
        ? decision.because
        : reasons.map(({ detail }) => detail).join('; '),
    reasons: reasons.map((reason) => `${NOT_ASSESSED_REASONS[reason.name].code} ${reason.name}`),
    predictions: findings?.referral ?? [],
    ...(findings && { pathologies: findings.pathologies, likeness: findings.likeness }),
    ...(findings?.disagreement && { disagreementNl: findings.disagreement.volumeNl }),
    segmentedAnyway: findings === undefined && segmented !== undefined,
    tissues:
      truth.segmentation && segmented && volume
        ? overlaps(
            segmented.tissueMap,
            truth.segmentation,
            volume.spacing,
            segmented.disagreement?.volumesNl,
            segmented.memberMaps,
          )
        : [],
    surfaces: segmented && volume ? surfaceErrors(segmented.tissueMap, truth, volume) : [],
    seconds,
  };
  const wrong = !['right', 'no truth'].includes(verdictOf(scan));
  if (!wantsPicture || !wrong || volume === undefined) return { scan };
  return { scan, picture: drawPicture(volume, segmented?.tissueMap, truth.segmentation) };
}

/** What would have been decided under each cost matrix: they change what follows from the findings, never the findings. */
function decisionsAt(
  points: ReadonlyMap<string, CostMatrix>,
  quality: Assessment['quality'],
  findings: Assessment['findings'],
  { manifest: { thresholds } }: Networks,
): Readonly<Record<string, ReferralClass | null>> {
  return Object.fromEntries(
    [...points].map(([name, costMatrix]) => {
      if (quality === undefined || findings === undefined) return [name, null];
      const decision = decide({ quality, findings, costMatrix, thresholds });
      return [name, decision.kind === 'assessed' ? decision.referral : null];
    }),
  );
}

function profileOf({ device }: LoadedAcquisition): string {
  return device?.matched === true ? device.profile.id : 'none';
}

/** What a row of the table says of a scan, with what was drawn into it laid over its volume. */
export async function truthOf(
  row: TruthRow,
  folder: string,
  volume: OctVolume | undefined,
  sourceFrame: SourceFrame,
): Promise<ScanTruth> {
  const { referral, pathologies, segmentation } = row;
  const said = { ...(referral && { referral }), ...(pathologies && { pathologies }) };
  if (segmentation === undefined || volume === undefined) return said;
  const path = join(folder, segmentation);
  const bytes = await readTruth(path);
  const drawn = segmentation.endsWith('.npy')
    ? truthOfLabels(readNpy(bytes), row, volume)
    : await truthOfSegmentation(path, row, volume, sourceFrame);
  return { ...said, segmentation: drawn };
}

async function readTruth(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new EvaluationError('OCT_TRUTH_NOT_USABLE', 'its file cannot be read', { cause });
  }
}

/** Of a scan in one object its frames, of one in several where each of their frames is in the scan. */
export function sourceFrames({ frameSources }: LoadedAcquisition, files: ScanFiles): SourceFrame {
  if (frameSources === undefined) {
    return (uid, frameNumber) => (uid === files[0]?.sopInstanceUid ? frameNumber : undefined);
  }
  return (uid, frameNumber) => {
    const index = frameSources.findIndex(
      (source) => source.sopInstanceUid === uid && source.frameNumber === frameNumber,
    );
    return index < 0 ? undefined : index + 1;
  };
}

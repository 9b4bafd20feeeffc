import { matchProfile } from './devices/match-profile.js';
import { InferenceError } from './inference/errors.js';
import { infer, type InferenceExtras, type InferenceResult } from './inference/infer.js';
import type { Networks } from './inference/sessions.js';
import { assessQuality } from './quality/assess-quality.js';
import type { CostMatrix } from './referral/cost-matrix.js';
import { otherScans } from './referral/best-scan.js';
import { decide } from './referral/decide.js';
import { buildResults } from './results/build.js';
import { ResultError } from './results/errors.js';
import type { Product, SourceParts } from './results/result-input.js';

import type { Acquisition } from './values/acquisition.js';
import type { DeviceProfile } from './values/device-profile.js';
import type { NotAssessedReason } from './values/not-assessed-reason.js';
import type { OctVolume } from './values/oct-volume.js';
import type { QualityReport } from './values/quality-report.js';
import type { ReferralDecision } from './values/referral-decision.js';
import type { ResultKind } from './values/result-kinds.js';
import type { ResultObject } from './values/result-objects.js';
import type { OtherScan, ScanReading } from './values/scan-reading.js';
import type { ReadingOrder } from './values/workitem.js';
import { scanFigures } from './scan-figures.js';
import { loadAcquisition, type LoadedAcquisition } from './volume/load-acquisition.js';

/** What a worker reads scans with. */
export interface ReadingRoom {
  readonly networks: Networks;
  readonly costMatrix: CostMatrix;
  readonly profiles: readonly DeviceProfile[];
  readonly product: Product;
  /** Digest of the settings that results depend on. */
  readonly settingsDigest: string;
}

/** What came of one acquisition. */
export interface Reading {
  readonly decision: ReferralDecision;
  readonly profile: string | undefined;
  readonly executionProvider: string | undefined;
  /** What the ledger keeps to compare it with other scans of the eye. */
  readonly scan: ScanReading;
  readonly results: readonly ResultObject[];
}

/** Percent of the way that is done when each stage ends. */
const PROGRESS = { volume: 10, quality: 15, inference: 85, referral: 90, results: 100 } as const;
export type Stage = keyof typeof PROGRESS;

/** What shows, voxel by voxel, where the networks differ. */
const DISSENT_KINDS: readonly ResultKind[] = ['disagreement-map', 'alternative-label-map'];

const DAMAGED = 'No stored object of the scan can be read; compare their digests in the ledger.';

/** The scan's file cannot be read at all: there is not even a patient to make a report for. */
export class SourceUnreadableError extends Error {
  override readonly name = 'SourceUnreadableError';
  readonly code = 'OCT_SOURCE_UNREADABLE';
}

/**
 * The way of one acquisition, from stored bytes to result objects: volume → quality → inference → referral → results.
 * Whatever stops on the way ends as 'not assessed' with its reasons in a report, never as a class.
 *
 * @param readBefore the other scans of the study that have been read; the report names those of the same eye
 * @param order what is to be made beside the report and the segmentation, and what the reports follow
 * @throws SourceUnreadableError, and the coded errors of the stages for what another attempt may mend.
 */
export async function readAcquisition(
  acquisition: Acquisition,
  room: ReadingRoom,
  onProgress: (percent: number, stage: Stage) => void,
  readBefore: readonly ScanReading[] = [],
  order?: ReadingOrder,
): Promise<Reading> {
  const loaded = await loadAcquisition(acquisition.instances, (header) =>
    matchProfile(header, room.profiles),
  );
  if (loaded.header === undefined) throw new SourceUnreadableError(DAMAGED);
  onProgress(PROGRESS.volume, 'volume');
  const kinds = order?.kinds ?? [];
  const assessment = await assess(loaded, room, onProgress, {
    dissent: kinds.some((kind) => DISSENT_KINDS.includes(kind)),
    memberMaps: kinds.includes('network-label-map'),
  });
  onProgress(PROGRESS.referral, 'referral');
  const scan = scanReading(acquisition, loaded, assessment, room.networks);
  const others = otherScans(scan, readBefore);
  const results = encode(acquisition, loaded, assessment, others, room, order);
  onProgress(PROGRESS.results, 'results');
  const { decision, volume, findings } = assessment;
  return {
    decision,
    profile: volume?.profile.id,
    executionProvider: findings?.executionProvider,
    scan,
    results,
  };
}

/** The decision, and what was seen on the way to it: as much as there was. */
export interface Assessment {
  readonly decision: ReferralDecision;
  readonly volume?: OctVolume;
  readonly quality?: QualityReport;
  readonly findings?: InferenceResult;
}

/**
 * The way of a scan without its results: what `octriage evaluate` measures.
 * @param extras what else the networks' maps are kept for
 */
export async function assess(
  loaded: LoadedAcquisition,
  { networks, costMatrix }: Pick<ReadingRoom, 'networks' | 'costMatrix'>,
  onProgress: (percent: number, stage: Stage) => void = () => undefined,
  extras: InferenceExtras = {},
): Promise<Assessment> {
  if ('reasons' in loaded) return { decision: notAssessed(...loaded.reasons) };
  const { volume } = loaded;
  const { thresholds } = networks.manifest;
  const quality = assessQuality(volume);
  onProgress(PROGRESS.quality, 'quality');
  if (!quality.assessable) {
    const decision = decide({ quality, findings: undefined, costMatrix, thresholds });
    return { decision, volume, quality };
  }
  try {
    const onShare = (share: number): void => {
      const span = PROGRESS.inference - PROGRESS.quality;
      onProgress(PROGRESS.quality + span * share, 'inference');
    };
    const findings = await infer(volume, networks, onShare, extras);
    const decision = decide({ quality, findings, costMatrix, thresholds });
    const steps = [...volume.steps, ...findings.steps];
    return { decision, volume: { ...volume, steps }, quality, findings };
  } catch (error) {
    if (!isInvalidOutput(error)) throw error;
    // The same networks would say the same of the same scan: no attempt mends it, so the report says it.
    const reason = { name: 'NETWORK_OUTPUT_INVALID', detail: error.message } as const;
    return { decision: notAssessed(reason), volume, quality };
  }
}

function encode(
  { instances }: Acquisition,
  { header: source, device, frameSources = [] }: LoadedAcquisition,
  assessment: Assessment,
  others: readonly OtherScan[],
  { product, settingsDigest }: ReadingRoom,
  order: ReadingOrder | undefined,
): readonly ResultObject[] {
  const [sourceInstance] = instances;
  if (source === undefined || sourceInstance === undefined)
    throw new SourceUnreadableError(DAMAGED);
  // The time of the result is that of the scan's arrival, so that a repeated run makes the same bytes.
  const createdAt = lastArrival(instances);
  const made = { source, sourceInstance, product, settingsDigest, createdAt };
  const parts: SourceParts = { instances, frames: frameSources };
  const input = {
    ...made,
    ...assessment,
    device,
    otherScans: others,
    ...(instances.length > 1 && { parts }),
    predecessors: order?.predecessors,
  };
  const { objects, defects } = buildResults(input, order?.kinds);
  if (defects.length === 0) return objects;
  const found = defects.map(({ rule, what }) => `${rule}: ${what}`).join('; ');
  throw new ResultError('OCT_RESULT_DEFECT', found);
}

function scanReading(
  { id, revision, instances }: Acquisition,
  { device }: LoadedAcquisition,
  assessment: Assessment,
  { modelSet }: Networks,
): ScanReading {
  const { decision, volume, quality } = assessment;
  return {
    acquisitionId: id,
    revision,
    sopInstanceUid: instances[0]?.sopInstanceUid ?? '',
    receivedAt: lastArrival(instances),
    laterality: volume?.laterality,
    grade: quality?.grade,
    signal: quality?.criteria.find(({ code }) => code === 'Q01')?.value,
    frames: volume?.frames,
    decision:
      decision.kind === 'assessed'
        ? decision.referral
        : decision.reasons.map(({ name }) => name).join(', '),
    device:
      device === undefined
        ? 'not looked at: the scan cannot be read'
        : `${device.matched ? 'matched' : 'no profile matches:'} ${device.because}`,
    figures: scanFigures(assessment, device, modelSet.digest),
  };
}

/** ISO 8601 texts in UTC sort as their times do. */
function lastArrival(instances: Acquisition['instances']): string {
  return instances.map(({ receivedAt }) => receivedAt).reduce((a, b) => (a > b ? a : b));
}

function notAssessed(...reasons: readonly NotAssessedReason[]): ReferralDecision {
  return { kind: 'not-assessed', reasons };
}

function isInvalidOutput(error: unknown): error is InferenceError {
  return error instanceof InferenceError && error.code === 'OCT_NETWORK_OUTPUT_INVALID';
}

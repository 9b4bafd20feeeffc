import { matchProfile } from './devices/match-profile.js';
import { infer, type InferenceResult } from './inference/infer.js';
import type { Networks } from './inference/sessions.js';
import { assessQuality } from './quality/assess-quality.js';
import type { CostMatrix } from './referral/cost-matrix.js';
import { decide } from './referral/decide.js';
import { buildResults } from './results/build.js';
import { ResultError } from './results/errors.js';
import type { Product, SourceParts } from './results/result-input.js';
import type { Acquisition } from './values/acquisition.js';
import type { DeviceProfile } from './values/device-profile.js';
import type { OctVolume } from './values/oct-volume.js';
import type { QualityReport } from './values/quality-report.js';
import type { ReferralDecision } from './values/referral-decision.js';
import type { ResultObject } from './values/result-objects.js';
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
  readonly results: readonly ResultObject[];
}

/** Percent of the way that is done when each stage ends. */
const PROGRESS = { volume: 10, quality: 15, inference: 85, referral: 90, results: 100 } as const;
export type Stage = keyof typeof PROGRESS;

/** The scan's file cannot be read at all: there is not even a patient to make a report for. */
export class SourceUnreadableError extends Error {
  override readonly name = 'SourceUnreadableError';
  readonly code = 'OCT_SOURCE_UNREADABLE';
}

/**
 * The way of one acquisition, from stored bytes to result objects: volume → quality → inference → referral → results.
 * Whatever stops on the way ends as 'not assessed' with its reasons in a report, never as a class.
 *
 * @throws SourceUnreadableError, and the coded errors of the stages for what another attempt may mend.
 */
export async function readAcquisition(
  acquisition: Acquisition,
  room: ReadingRoom,
  onProgress: (percent: number, stage: Stage) => void,
): Promise<Reading> {
  const sourceInstance = acquisition.instances[0];
  if (sourceInstance === undefined) throw new SourceUnreadableError('The acquisition is empty.');
  const loaded = await loadAcquisition(acquisition.instances, (header) =>
    matchProfile(header, room.profiles),
  );
  const source = loaded.header;
  if (source === undefined) {
    throw new SourceUnreadableError(
      'The stored object is damaged; compare its digest in the ledger.',
    );
  }
  onProgress(PROGRESS.volume, 'volume');

  const finish = (
    decision: ReferralDecision,
    seen: { volume?: OctVolume; quality?: QualityReport; findings?: InferenceResult },
  ): Reading => {
    const { product, settingsDigest } = room;
    // The time of the result is that of the scan's arrival, so that a repeated run makes the same bytes.
    const createdAt = acquisition.instances
      .map(({ receivedAt }) => receivedAt)
      .reduce((a, b) => (a > b ? a : b));
    const { objects: results, defects } = buildResults({
      ...{ source, sourceInstance, decision, product, settingsDigest, createdAt },
      ...seen,
      ...(acquisition.instances.length > 1 && { parts: partsOf(acquisition, loaded) }),
    });
    if (defects.length > 0) {
      const found = defects.map(({ rule, what }) => `${rule}: ${what}`).join('; ');
      throw new ResultError('OCT_RESULT_DEFECT', found);
    }
    onProgress(PROGRESS.results, 'results');
    return {
      decision,
      profile: seen.volume?.profile.id,
      executionProvider: seen.findings?.executionProvider,
      results,
    };
  };

  if ('reasons' in loaded) return finish({ kind: 'not-assessed', reasons: loaded.reasons }, {});
  const { volume } = loaded;
  const quality = assessQuality(volume);
  onProgress(PROGRESS.quality, 'quality');
  const { networks, costMatrix } = room;
  const findings = quality.assessable
    ? await infer(volume, networks, (share) => {
        const span = PROGRESS.inference - PROGRESS.quality;
        onProgress(PROGRESS.quality + span * share, 'inference');
      })
    : undefined;
  const { thresholds } = networks.manifest;
  const decision = decide({ quality, findings, costMatrix, thresholds });
  onProgress(PROGRESS.referral, 'referral');
  if (findings === undefined) return finish(decision, { volume, quality });
  const steps = [...volume.steps, ...findings.steps];
  return finish(decision, { volume: { ...volume, steps }, quality, findings });
}

/** The instances of a scan in parts, with the frames that each of them gave to the volume. */
function partsOf(
  { instances }: Acquisition,
  { frameSources = [] }: LoadedAcquisition,
): SourceParts {
  return { instances, frames: frameSources };
}

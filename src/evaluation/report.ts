import type { EvaluatedScan } from './evaluated-scan.js';
import {
  calibrateReferrals,
  discriminatePathologies,
  discriminateReferrals,
  measureEnsemble,
  measureReferral,
  verdictOf,
} from './referral-measures.js';
import type { Discrimination, EnsembleMeasures, ReferralMeasures } from './referral-measures.js';
import { measureClasses, measureSurfaces } from './segmentation-measures.js';
import type { ClassMeasures, SurfaceMeasures } from './segmentation-measures.js';
import type { Calibration } from './statistics.js';

/** What was evaluated, and with what. */
export interface ReportHead {
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly made: string;
  readonly product: string;
  readonly notice: string;
  readonly modelSet: {
    readonly name: string;
    readonly version: string;
    readonly digest: string;
    readonly segmentationMembers: number;
    readonly classificationMembers: number;
    readonly executionProvider: string;
  };
  readonly costMatrix: string;
  /** As training measured it; null where the manifest does not say. */
  readonly leaveOneDeviceOut: unknown;
  /** Found in the folder and in no row of the table. */
  readonly withoutTruth: readonly string[];
  /** Named in the table and not found, or not usable, each with the reason. */
  readonly notEvaluated: readonly string[];
}

/** All scans, or those of one device, or of one grade of quality. */
export interface GroupMeasures {
  readonly group: string;
  readonly scans: number;
  readonly classes: readonly ClassMeasures[];
  readonly surfaces: readonly SurfaceMeasures[];
  readonly referral: ReferralMeasures;
}

/** All scans as they are decided under one cost matrix. */
export interface OperatingPoint {
  readonly name: string;
  readonly costMatrix: string;
  readonly referral: ReferralMeasures;
}

/** A cost matrix with the name and version by which it is told. */
type NamedCosts = {
  readonly name: string;
  readonly version: string;
  readonly costs: readonly (readonly number[])[];
};

export interface EvaluationReport extends ReportHead {
  readonly schemaVersion: 1;
  readonly all: GroupMeasures;
  readonly byDevice: readonly GroupMeasures[];
  readonly byQuality: readonly GroupMeasures[];
  /** How the set would decide at each of its operating points, its own choice among them. */
  readonly operatingPoints: readonly OperatingPoint[];
  readonly referralCurves: readonly Discrimination[];
  readonly pathologyCurves: readonly Discrimination[];
  readonly calibration: Calibration | null;
  readonly ensemble: EnsembleMeasures | null;
  /** Every scan that was not decided rightly, by name. */
  readonly underReferred: readonly string[];
  readonly overReferred: readonly string[];
  readonly notAssessed: readonly string[];
  readonly scans: readonly EvaluatedScan[];
}

/** Everything that can be said of the scans; `costs` as in the cost matrix, rows: truth. */
export function makeReport(
  head: ReportHead,
  scans: readonly EvaluatedScan[],
  costs: readonly (readonly number[])[],
  operatingPoints: ReadonlyMap<string, NamedCosts> = new Map(),
): EvaluationReport {
  const measure = (group: string, some: readonly EvaluatedScan[]): GroupMeasures => ({
    group,
    scans: some.length,
    classes: measureClasses(some),
    surfaces: measureSurfaces(some),
    referral: measureReferral(some, costs),
  });
  const groups = (of: (scan: EvaluatedScan) => string) =>
    [...new Set(scans.map(of))].sort().map((group) =>
      measure(
        group,
        scans.filter((scan) => of(scan) === group),
      ),
    );
  const named = (verdict: ReturnType<typeof verdictOf>) =>
    scans.filter((scan) => verdictOf(scan) === verdict).map(({ name }) => name);
  return {
    schemaVersion: 1,
    ...head,
    all: measure('all', scans),
    byDevice: groups(({ device }) => device),
    byQuality: groups(({ quality }) => quality.grade),
    operatingPoints: [...operatingPoints].map(([name, matrix]) => ({
      name,
      costMatrix: `${matrix.name} ${matrix.version}`,
      referral: measureReferral(
        scans.flatMap((scan) =>
          scan.decisions === undefined ? [] : [{ ...scan, decision: scan.decisions[name] ?? null }],
        ),
        matrix.costs,
      ),
    })),
    referralCurves: discriminateReferrals(scans),
    pathologyCurves: discriminatePathologies(scans),
    calibration: calibrateReferrals(scans),
    ensemble: measureEnsemble(scans),
    underReferred: named('under-referred'),
    overReferred: named('over-referred'),
    notAssessed: named('not assessed'),
    scans,
  };
}

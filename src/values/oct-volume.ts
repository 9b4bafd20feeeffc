import type { Laterality } from './laterality.js';
import type { DeviceQualityLimits } from './quality-report.js';

/** Distances between voxel centres in mm. */
export interface VoxelSpacing {
  /** Between neighbouring B-scans. */
  readonly frame: number;
  /** Along the A-scan (depth): between rows. */
  readonly axial: number;
  /** Along the B-scan: between columns (A-scans). */
  readonly lateral: number;
}

/** One thing that was done to the scan on its way to the reference form, with its parameters, for the report. */
export interface NormalisationStep {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string | number>>;
}

/**
 * An acquisition as voxels in the one orientation: frames from inferior to superior, rows from vitreous to choroid,
 * columns from left to right as acquired (never mirrored by eye: nasal and temporal follow from the laterality).
 */
export interface OctVolume {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  /** Length frames × rows × columns, C order; 8 bit as displayed by the device, 0 = no signal. */
  readonly voxels: Uint8Array;
  readonly spacing: VoxelSpacing;
  readonly laterality: Laterality;
  /** `frameNumbers[i]` is the source's frame number (1-based) of our frame i. */
  readonly frameNumbers: readonly number[];
  /** The source's columns run the other way: what refers to its pixels must be turned back (`results/in-source-grid.ts`). */
  readonly mirrored?: boolean;
  /** Id of the device profile, the sentence that says why it matched, and its own limits of quality. */
  readonly profile: {
    readonly id: string;
    readonly because: string;
    readonly evidence: string;
    readonly quality?: DeviceQualityLimits;
  };
  readonly steps: readonly NormalisationStep[];
}

import type { DataSet } from '../dicom/data-set.js';
import type { ProfileMatch } from '../values/device-profile.js';
import type { Findings } from '../values/findings.js';
import type { OctVolume } from '../values/oct-volume.js';
import type { QualityReport } from '../values/quality-report.js';
import type { ReferralDecision } from '../values/referral-decision.js';
import type { OtherScan } from '../values/scan-reading.js';
import type { ResultReference } from '../values/result-objects.js';
import type { StoredInstance } from '../values/stored-instance.js';

/** Who made the result: the equipment of every object and the device observer of the report. */
export interface Product {
  readonly manufacturer: string;
  readonly name: string;
  readonly version: string;
  readonly serialNumber: string;
  /** UID of this installation (Device Observer UID). */
  readonly deviceUid: string;
}

/** A scan that is stored in several instances. */
export interface SourceParts {
  readonly instances: readonly StoredInstance[];
  /** `frames[i]`: where source frame i + 1 of the volume is stored, and its number there (from 1). */
  readonly frames: readonly { readonly sopInstanceUid: string; readonly frameNumber: number }[];
}

/** Everything a result is a function of: the same input gives the same bytes. */
export interface ResultInput {
  /** Header of the OPT object as read, up to Pixel Data. */
  readonly source: DataSet;
  readonly sourceInstance: StoredInstance;
  /** Only where the scan is stored in several instances; `source` is then their merged header. */
  readonly parts?: SourceParts | undefined;
  /** Absent where no volume could be made (unknown device, missing geometry). Its voxels are for the page alone. */
  readonly volume?:
    (Omit<OctVolume, 'voxels'> & { readonly voxels?: Uint8Array | undefined }) | undefined;
  /** Which device profile the scan matches and why, or why none does; also of a scan without a volume. */
  readonly device?: ProfileMatch | undefined;
  /** The other scans of this eye in this study that were read before it. */
  readonly otherScans?: readonly OtherScan[] | undefined;
  readonly quality?: QualityReport | undefined;
  readonly findings?: Findings | undefined;
  readonly decision: ReferralDecision;
  readonly product: Product;
  /** ISO 8601, UTC; an input, so that a repeated run gives the same bytes. */
  readonly createdAt: string;
  /** Digest of the settings that the result depends on. */
  readonly settingsDigest: string;
  /** The reports of the same scan that this result follows: an earlier revision's, or of earlier models. */
  readonly predecessors?: readonly ResultReference[] | undefined;
}

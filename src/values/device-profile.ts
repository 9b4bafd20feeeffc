import type { DeviceQualityLimits } from './quality-report.js';

/** A closed interval. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where the distance and the order of B-scans may come from. */
export type GeometrySource = 'planes' | 'frame-locations' | 'slice-thickness' | 'table';

/** What the scan is of. Only a macular cube is assessed. */
export type ScanPattern = 'macular-cube' | 'radial' | 'angiography' | 'line';

/** What is known of one kind of scan of one family of scanners, as data. */
export interface DeviceProfile {
  readonly id: string;
  /** The scanner in words, e.g. 'Topcon Maestro2'. */
  readonly family: string;
  /** Scanner and protocol in words, e.g. 'Topcon Maestro2, 3D macula'. */
  readonly name: string;
  /**
   * On what the profile stands. 'documents': read in conformance statements or in converters written against real
   * exports. A profile with 'none' is declared but never leads to a referral decision.
   */
  readonly evidence: 'real files' | 'documents' | 'none';
  /** All conditions hold; where several profiles match, the one with more conditions wins. */
  readonly match: {
    readonly sopClassUid: string;
    /** Lower case; a `*` at the end stands for anything. */
    readonly manufacturers: readonly string[];
    readonly models: readonly string[];
    readonly frames: Range;
    readonly rows: Range;
    readonly columns: Range;
    /** mm; tells protocols apart where nothing else does. */
    readonly sliceThickness?: Range;
    /** Plane Orientation per frame, not shared: the frames do not lie parallel. */
    readonly orientationPerFrame?: true;
  };
  readonly scanPattern: ScanPattern;
  readonly geometry: {
    /** The first of these that the scan carries is believed. */
    readonly trust: readonly GeometrySource[];
    /** The first stored frame; used only where neither planes nor frame locations tell. */
    readonly firstFrame: 'inferior' | 'superior';
    /**
     * The device's own matrices with their distance of B-scans in mm: for `trust: 'table'`, and for how many B-scans a
     * scan that arrives in parts must have.
     */
    readonly table?: readonly {
      readonly frames: number;
      readonly rows: number;
      readonly columns: number;
      readonly frameSpacing: number;
    }[];
    /** What the device can do, in mm. Extents and not pixel sizes: they hold at any sampling. */
    readonly limits: {
      readonly depth: Range;
      readonly width: Range;
      readonly frameSpacing: Range;
    };
  };
  readonly intensity: {
    /** 'display': logarithmic or rooted for the eye, as the device shows it. */
    readonly scale: 'display';
    /** Where the 8-bit sample of a 16-bit word lies. */
    readonly sixteenBit: 'as-declared' | 'high-byte';
    /** Grey value with which the device fills what its eye tracking left without data. */
    readonly noData?: number;
  };
  /** Limits of quality that are this device's own, e.g. the least number of B-scans of a protocol (Q03, R11). */
  readonly quality?: DeviceQualityLimits;
  readonly privateBlocks: readonly {
    readonly group: string;
    readonly creator: string;
    readonly holds: string;
    /** May hold patient data: never leaves the site. */
    readonly mayHoldPatientData: boolean;
  }[];
  readonly quirks: readonly { readonly what: string; readonly source: string }[];
  /** The file of this site that adds or overrides the profile; absent where it comes with the program. */
  readonly siteFile?: string;
}

/** Which profile a scan's header matches, explained in words without patient data. */
export type ProfileMatch =
  | { readonly matched: true; readonly profile: DeviceProfile; readonly because: string }
  | {
      readonly matched: false;
      /** Is the device known, and only this scan of it in no profile (matrix, protocol)? */
      readonly deviceKnown: boolean;
      readonly because: string;
    };

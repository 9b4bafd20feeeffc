/**
 * The UIDs this node knows, as data: SOP classes with what becomes of an instance of each (dicom-objects.md §1.3, §4.1)
 * and transfer syntaxes in the order in which the acceptor prefers them. The listener, the assembly and the
 * conformance statement are made from these tables.
 */

/** What is done with a received instance of a SOP class. */
export type SopClassUse =
  'volume' | 'localizer' | 'not-a-volume' | 'vendor-result' | 'verification' | 'commitment';

interface SopClass {
  readonly uid: string;
  readonly name: string;
  readonly use: SopClassUse;
}

export const SOP_CLASSES = {
  verification: { uid: '1.2.840.10008.1.1', name: 'Verification', use: 'verification' },
  storageCommitmentPushModel: {
    uid: '1.2.840.10008.1.20.1',
    name: 'Storage Commitment Push Model',
    use: 'commitment',
  },
  ophthalmicTomography: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.4',
    name: 'Ophthalmic Tomography Image Storage',
    use: 'volume',
  },
  ophthalmicPhotography8Bit: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.1',
    name: 'Ophthalmic Photography 8 Bit Image Storage',
    use: 'localizer',
  },
  ophthalmicPhotography16Bit: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.2',
    name: 'Ophthalmic Photography 16 Bit Image Storage',
    use: 'localizer',
  },
  wideFieldStereographic: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.5',
    name: 'Wide Field Ophthalmic Photography Stereographic Projection Image Storage',
    use: 'localizer',
  },
  wideField3dCoordinates: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.6',
    name: 'Wide Field Ophthalmic Photography 3D Coordinates Image Storage',
    use: 'localizer',
  },
  secondaryCapture: {
    uid: '1.2.840.10008.5.1.4.1.1.7',
    name: 'Secondary Capture Image Storage',
    use: 'not-a-volume',
  },
  multiFrameSingleBitSecondaryCapture: {
    uid: '1.2.840.10008.5.1.4.1.1.7.1',
    name: 'Multi-frame Single Bit Secondary Capture Image Storage',
    use: 'not-a-volume',
  },
  multiFrameGrayscaleByteSecondaryCapture: {
    uid: '1.2.840.10008.5.1.4.1.1.7.2',
    name: 'Multi-frame Grayscale Byte Secondary Capture Image Storage',
    use: 'not-a-volume',
  },
  multiFrameGrayscaleWordSecondaryCapture: {
    uid: '1.2.840.10008.5.1.4.1.1.7.3',
    name: 'Multi-frame Grayscale Word Secondary Capture Image Storage',
    use: 'not-a-volume',
  },
  multiFrameTrueColorSecondaryCapture: {
    uid: '1.2.840.10008.5.1.4.1.1.7.4',
    name: 'Multi-frame True Color Secondary Capture Image Storage',
    use: 'not-a-volume',
  },
  encapsulatedPdf: {
    uid: '1.2.840.10008.5.1.4.1.1.104.1',
    name: 'Encapsulated PDF Storage',
    use: 'not-a-volume',
  },
  rawData: { uid: '1.2.840.10008.5.1.4.1.1.66', name: 'Raw Data Storage', use: 'not-a-volume' },
  enFace: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.7',
    name: 'Ophthalmic Optical Coherence Tomography En Face Image Storage',
    use: 'vendor-result',
  },
  bScanVolumeAnalysis: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.8',
    name: 'Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage',
    use: 'vendor-result',
  },
  segmentation: {
    uid: '1.2.840.10008.5.1.4.1.1.66.4',
    name: 'Segmentation Storage',
    use: 'vendor-result',
  },
  surfaceSegmentation: {
    uid: '1.2.840.10008.5.1.4.1.1.66.5',
    name: 'Surface Segmentation Storage',
    use: 'vendor-result',
  },
  labelMapSegmentation: {
    uid: '1.2.840.10008.5.1.4.1.1.66.7',
    name: 'Label Map Segmentation Storage',
    use: 'vendor-result',
  },
  heightMapSegmentation: {
    uid: '1.2.840.10008.5.1.4.1.1.66.8',
    name: 'Height Map Segmentation Storage',
    use: 'vendor-result',
  },
  basicTextSr: {
    uid: '1.2.840.10008.5.1.4.1.1.88.11',
    name: 'Basic Text SR Storage',
    use: 'vendor-result',
  },
  enhancedSr: {
    uid: '1.2.840.10008.5.1.4.1.1.88.22',
    name: 'Enhanced SR Storage',
    use: 'vendor-result',
  },
  comprehensiveSr: {
    uid: '1.2.840.10008.5.1.4.1.1.88.33',
    name: 'Comprehensive SR Storage',
    use: 'vendor-result',
  },
  comprehensive3dSr: {
    uid: '1.2.840.10008.5.1.4.1.1.88.34',
    name: 'Comprehensive 3D SR Storage',
    use: 'vendor-result',
  },
  macularGridReport: {
    uid: '1.2.840.10008.5.1.4.1.1.79.1',
    name: 'Macular Grid Thickness and Volume Report Storage',
    use: 'vendor-result',
  },
  keyObjectSelection: {
    uid: '1.2.840.10008.5.1.4.1.1.88.59',
    name: 'Key Object Selection Document Storage',
    use: 'vendor-result',
  },
  parametricMap: {
    uid: '1.2.840.10008.5.1.4.1.1.30',
    name: 'Parametric Map Storage',
    use: 'vendor-result',
  },
  ophthalmicThicknessMap: {
    uid: '1.2.840.10008.5.1.4.1.1.81.1',
    name: 'Ophthalmic Thickness Map Storage',
    use: 'vendor-result',
  },
} as const satisfies Record<string, SopClass>;

const sopClassesByUid: ReadonlyMap<string, SopClass> = new Map(
  Object.values(SOP_CLASSES).map((sopClass) => [sopClass.uid, sopClass]),
);

export function sopClass(uid: string): SopClass | undefined {
  return sopClassesByUid.get(uid);
}

/** Can instances of it be stored? A class that we do not know may well be. */
export function isStorage(uid: string): boolean {
  const use = sopClass(uid)?.use;
  return use !== 'verification' && use !== 'commitment';
}

/** The SOP classes for which the listener takes C-ECHO and C-STORE, as SCP. */
export const SOP_CLASSES_ACCEPTED: readonly string[] = Object.values(SOP_CLASSES)
  .filter(({ use }) => use !== 'commitment')
  .map(({ uid }) => uid);

/** The SOP Instance of every N-ACTION and N-EVENT-REPORT of the Storage Commitment Push Model (PS3.4 J.3.5). */
export const STORAGE_COMMITMENT_INSTANCE_UID = '1.2.840.10008.1.20.1.1';

/**
 * What the association-requestor may be towards our listener, for each use of a SOP class (PS3.7 D.3.3.4): SCU always;
 * SCP of storage commitment too, so that a PACS can bring its N-EVENT-REPORT on an association of its own.
 */
export const REQUESTOR_ROLES = {
  verification: { scu: true, scp: false },
  commitment: { scu: true, scp: true },
  volume: { scu: true, scp: false },
  localizer: { scu: true, scp: false },
  'not-a-volume': { scu: true, scp: false },
  'vendor-result': { scu: true, scp: false },
} as const satisfies Record<SopClassUse, { scu: boolean; scp: boolean }>;

interface TransferSyntax {
  readonly uid: string;
  readonly name: string;
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
  readonly deflated: boolean;
  /** Pixel data are fragments (PS3.5 A.4). */
  readonly encapsulated: boolean;
}

function native(uid: string, name: string, explicitVr = true, bigEndian = false, deflated = false) {
  return { uid, name, explicitVr, bigEndian, deflated, encapsulated: false };
}

function encapsulated(uid: string, name: string) {
  return { uid, name, explicitVr: true, bigEndian: false, deflated: false, encapsulated: true };
}

/** In the acceptor's order of preference: native forms first, then what a scanner sends as it is. */
export const TRANSFER_SYNTAXES = {
  explicitVrLittleEndian: native('1.2.840.10008.1.2.1', 'Explicit VR Little Endian'),
  implicitVrLittleEndian: native('1.2.840.10008.1.2', 'Implicit VR Little Endian', false),
  deflatedExplicitVrLittleEndian: native(
    '1.2.840.10008.1.2.1.99',
    'Deflated Explicit VR Little Endian',
    true,
    false,
    true,
  ),
  jpegLossless: encapsulated('1.2.840.10008.1.2.4.70', 'JPEG Lossless SV1'),
  jpegLosslessProcess14: encapsulated('1.2.840.10008.1.2.4.57', 'JPEG Lossless Process 14'),
  jpegLsLossless: encapsulated('1.2.840.10008.1.2.4.80', 'JPEG-LS Lossless'),
  jpeg2000Lossless: encapsulated('1.2.840.10008.1.2.4.90', 'JPEG 2000 Lossless'),
  rleLossless: encapsulated('1.2.840.10008.1.2.5', 'RLE Lossless'),
  htj2kLossless: encapsulated('1.2.840.10008.1.2.4.201', 'HTJ2K Lossless'),
  htj2kLosslessRpcl: encapsulated('1.2.840.10008.1.2.4.202', 'HTJ2K Lossless RPCL'),
  jpeg2000: encapsulated('1.2.840.10008.1.2.4.91', 'JPEG 2000'),
  jpegLsNearLossless: encapsulated('1.2.840.10008.1.2.4.81', 'JPEG-LS Near-lossless'),
  jpegBaseline: encapsulated('1.2.840.10008.1.2.4.50', 'JPEG Baseline'),
  jpegExtended: encapsulated('1.2.840.10008.1.2.4.51', 'JPEG Extended'),
  htj2k: encapsulated('1.2.840.10008.1.2.4.203', 'HTJ2K'),
  explicitVrBigEndian: native('1.2.840.10008.1.2.2', 'Explicit VR Big Endian', true, true),
} as const satisfies Record<string, TransferSyntax>;

const transferSyntaxesByUid: ReadonlyMap<string, TransferSyntax> = new Map(
  Object.values(TRANSFER_SYNTAXES).map((syntax) => [syntax.uid, syntax]),
);

export function transferSyntax(uid: string): TransferSyntax | undefined {
  return transferSyntaxesByUid.get(uid);
}

export const TRANSFER_SYNTAXES_ACCEPTED: readonly string[] = Object.values(TRANSFER_SYNTAXES).map(
  ({ uid }) => uid,
);

/** In which data sets travel that we read and write ourselves instead of passing them on, in order of preference. */
export const TRANSFER_SYNTAXES_OF_MESSAGES: readonly string[] = [
  TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
  TRANSFER_SYNTAXES.implicitVrLittleEndian.uid,
];

/**
 * Who wrote a file or opened an association (PS3.7 D.3.3.2). Under the UUID root 2.25 (PS3.5 B.2), which needs no
 * registration; made once for this product and never re-used.
 */
export const IMPLEMENTATION_CLASS_UID = '2.25.290825025998090020788458637355034192738';
export const IMPLEMENTATION_VERSION_NAME = 'OCTRIAGE_0.2.0';

/** The UID of the private coding scheme 99OCTRIAGE (Coding Scheme Identification Sequence). */
export const CODING_SCHEME_UID = '2.25.253748627702404717080914877450881518003';

/** The one application context name there is (PS3.7 A.2.1). */
export const APPLICATION_CONTEXT_NAME = '1.2.840.10008.3.1.1.1';

/** A message of dciodvfy that is no defect of ours. An entry goes when the tool is updated. */
interface Allowed {
  readonly message: RegExp;
  readonly because: string;
}

const PRIVATE_SCHEME: readonly Allowed[] = [
  {
    message:
      /CodingSchemeDesignator\(0008,0102\)\[1\]> - Unrecognized defined term = <99OCTRIAGE>$/u,
    because:
      'A private scheme cannot be among the terms of the standard; it is declared (PS3.3 8.2).',
  },
  {
    message: /CodingSchemeUID\(0008,010c\)\[1\]> - Unrecognized defined term/u,
    because: 'The UID of the private scheme; same reason.',
  },
];

const EMPTY_IN_SOURCE: Allowed = {
  message: /Missing attribute or value that would be needed to build DICOMDIR$/u,
  because: 'Type 2 attributes that the source left empty; a result invents nothing.',
};

const CHARACTERS_NOT_BYTES: Allowed = {
  message:
    /> - Value invalid for this VR \[(LO|SH|PN|ST|LT)\] = <[^>]*[^\u0000-\u007f].*> - Length invalid/u,
  because:
    'The tool counts the bytes of UTF-8; PS3.5 6.2 counts characters. Our encoder counts those.',
};

const NAME_WITHOUT_CARET: Allowed = {
  message: /(PatientName|ReferringPhysicianName)\([^)]*\)\[1\]> - .*Retired Person Name form$/u,
  because: 'The name stands so in the source and is copied.',
};

const COPIED: readonly Allowed[] = [EMPTY_IN_SOURCE, CHARACTERS_NOT_BYTES, NAME_WITHOUT_CARET];

/** 66.7 is shown to the tool as 66.4 (`shadow.ts`), which knows no label map (Supplement 243). */
const LABEL_MAP: readonly Allowed[] = [
  {
    message:
      /^Error - <\/SegmentationType\(0062,0001\)\[1\]> - Unrecognized enumerated value = <LABELMAP>$/u,
    because: 'PS3.3 C.8.20.2 has LABELMAP since 2024d; the tool is of 2022.',
  },
  {
    message:
      /^Error - <\/SegmentSequence\(0062,0002\)\[\d+\]\/SegmentNumber\(0062,0004\)> - SegmentNumber not monotonically increasing from one by one/u,
    because:
      'Of a label map the numbers are pixel values: 0 is the background, and gaps are allowed.',
  },
  {
    message:
      /^Error - <\/SegmentSequence\(0062,0002\)\[1\]\/SegmentNumber\(0062,0004\)\[1\]> - Value is zero$/u,
    because: 'The background, as before; only the first item has it.',
  },
  {
    message:
      /FunctionalGroupsSequence\(5200,92(29|30)\)\[\d+\]\/SegmentIdentificationSequence\(0062,000a\)> - Missing attribute for Type 1 Required - Module=<SegmentationMacro>$/u,
    because: 'A frame of a label map shows all segments and belongs to none.',
  },
];

/** 66.8 is shown to the tool as 66.4, which has integer pixels (Supplement 240, PS3.3 C.7.6.24). */
const HEIGHT_MAP: readonly Allowed[] = [
  {
    message:
      /^Error - <\/SegmentationType\(0062,0001\)\[1\]> - Unrecognized enumerated value = <HEIGHTMAP>$/u,
    because: 'PS3.3 C.8.20.5 has HEIGHTMAP since 2024d; the tool is of 2022.',
  },
  {
    message:
      /^Error - <\/(BitsStored|HighBit|PixelRepresentation)\([^)]*\)> - Missing attribute for Type 1 Required - Module=<(ImagePixelDescriptionMacro|SegmentationImage)>$/u,
    because: 'Floating point pixels have no bits to describe.',
  },
  {
    message:
      /^Error - <\/BitsAllocated\(0028,0100\)\[1\]> - Unrecognized enumerated value = <20>$/u,
    because: '32 bits (hexadecimal 20), as Float Pixel Data must have.',
  },
  {
    message:
      /^Error - <\/PixelData\(7fe0,0010\)> - Missing attribute for Type 1C Conditional - Module=<ImagePixel>$/u,
    because: 'The pixels are in Float Pixel Data.',
  },
  {
    message:
      /^Warning - <\/(FloatPixelPaddingValue\(0028,0122\)|FloatPixelData\(7fe0,0008\))> - Attribute is not present in standard DICOM IOD$/u,
    because: 'They are in the Floating Point Image Pixel Module, which 66.4 does not have.',
  },
  {
    message:
      /FunctionalGroupsSequence\(5200,92(29|30)\)\[\d+\]\/(PixelMeasures|PlaneOrientation|PlanePosition)Sequence\([^)]*\)> - Missing attribute/u,
    because: 'The rows of a height map are B-scans: it has no plane of its own (table A.91-2).',
  },
];

const QUANTITY: Allowed = {
  message:
    /\/?(ImageType\(0008,0008\)|FrameType\(0008,9007\))\[4\]> - Unrecognized defined term = <QUANTITY>$/u,
  because: 'A defined term of derived pixel contrast that is younger than the tool (C.8.16.1.4).',
};

const UNKNOWN_EYE: Allowed = {
  message:
    /^Warning - <\/Laterality\(0020,0060\)> - is only permitted to be empty when actually unknown/u,
  because: 'Of a scan that no profile matches the eye is unknown: none is read off it.',
};

/** What `dciodvfy -new` (dicom3tools 1.00~20220618) may say of each SOP class. */
export const ALLOWED: Readonly<Record<string, readonly Allowed[]>> = {
  /** Segmentation Storage. */
  '1.2.840.10008.5.1.4.1.1.66.4': [...PRIVATE_SCHEME, ...COPIED],
  /** Label Map Segmentation Storage. */
  '1.2.840.10008.5.1.4.1.1.66.7': [...PRIVATE_SCHEME, ...COPIED, ...LABEL_MAP],
  /** Height Map Segmentation Storage. */
  '1.2.840.10008.5.1.4.1.1.66.8': [...PRIVATE_SCHEME, ...COPIED, ...HEIGHT_MAP],
  /** Parametric Map Storage. */
  '1.2.840.10008.5.1.4.1.1.30': [...PRIVATE_SCHEME, ...COPIED, QUANTITY],
  /** Enhanced SR Storage. */
  '1.2.840.10008.5.1.4.1.1.88.22': [...PRIVATE_SCHEME, ...COPIED],
  /** Key Object Selection Document Storage. */
  '1.2.840.10008.5.1.4.1.1.88.59': [...PRIVATE_SCHEME, ...COPIED],
  /** Secondary Capture Image Storage. */
  '1.2.840.10008.5.1.4.1.1.7': [...PRIVATE_SCHEME, ...COPIED, UNKNOWN_EYE],
  /** Encapsulated PDF Storage. */
  '1.2.840.10008.5.1.4.1.1.104.1': [...PRIVATE_SCHEME, ...COPIED],
  /** Comprehensive 3D SR Storage. */
  '1.2.840.10008.5.1.4.1.1.88.34': [...PRIVATE_SCHEME, ...COPIED],
};

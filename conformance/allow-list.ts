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

/** What `dciodvfy -new` (dicom3tools 1.00~20220618) may say of each SOP class. */
export const ALLOWED: Readonly<Record<string, readonly Allowed[]>> = {
  /** Segmentation Storage. */
  '1.2.840.10008.5.1.4.1.1.66.4': [...PRIVATE_SCHEME, ...COPIED],
  /** Comprehensive 3D SR Storage. */
  '1.2.840.10008.5.1.4.1.1.88.34': [...PRIVATE_SCHEME, ...COPIED],
};

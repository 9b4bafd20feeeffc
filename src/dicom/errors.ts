import { formatTag, keywordOf } from './dictionary.js';

/** What can be wrong with a data set or a file, by stable code: what happened and what to do about it. */
export const DICOM_ERRORS = {
  OCT_DICOM_TRUNCATED:
    'The data set ends inside an element: it was cut off or announces a wrong length. Send it again.',
  OCT_DICOM_STRUCTURE:
    'The structure of sequences and items is damaged (PS3.5 7.5). Send the object again or have its writer corrected.',
  OCT_DICOM_UNKNOWN_VR:
    'An element has no value representation of the standard (PS3.5 7.1.2): the transfer syntax is not the announced one, or bytes are damaged.',
  OCT_DICOM_DUPLICATE_ELEMENT:
    'An element is there twice in one data set (PS3.5 7.1), so its value is ambiguous. Have its writer corrected.',
  OCT_DICOM_LIMIT:
    'The data set passes a limit of the reader (elements, depth or length of a value). Raise the limit if the object is genuine.',
  OCT_DICOM_TRANSFER_SYNTAX:
    'The transfer syntax is not one that this node reads. Have the sender propose Explicit VR Little Endian.',
  OCT_DICOM_DEFLATE:
    'The deflated data set cannot be inflated, or grows beyond the limit. Have the sender propose Explicit VR Little Endian.',
  OCT_DICOM_NOT_PART10:
    'The file has no DICOM preamble and prefix (PS3.10 7.1). Send it by C-STORE, or write it as a Part 10 file.',
  OCT_DICOM_FILE_META:
    'The File Meta Information is incomplete or damaged (PS3.10 7.1). Write the file again.',
  OCT_DICOM_INVALID_VALUE:
    'A value may not be written so (PS3.5 6.2). This is a defect of OCTriage: the object is held; report it.',
} as const;

export type DicomErrorCode = keyof typeof DICOM_ERRORS;

interface Place {
  readonly tag?: number | undefined;
  /** Bytes from the beginning of what was read. */
  readonly offset?: number;
  /** Why, in words that hold no value. */
  readonly reason?: string;
}

/** Thrown by every part of `src/dicom`. Its message names tag, keyword, offset and reason, and never a value. */
export class DicomError extends Error {
  override readonly name = 'DicomError';
  readonly tag: number | undefined;
  readonly offset: number | undefined;
  readonly reason: string | undefined;

  constructor(
    readonly code: DicomErrorCode,
    { tag, offset, reason }: Place = {},
    options?: ErrorOptions,
  ) {
    const keyword = tag === undefined ? undefined : keywordOf(tag);
    const place = [
      ...(tag === undefined
        ? []
        : [`${formatTag(tag)}${keyword === undefined ? '' : ` ${keyword}`}`]),
      ...(offset === undefined ? [] : [`offset ${String(offset)}`]),
      ...(reason === undefined ? [] : [reason]),
    ].join(', ');
    super(`${code}: ${DICOM_ERRORS[code]}${place === '' ? '' : ` [${place}]`}`, options);
    this.tag = tag;
    this.offset = offset;
    this.reason = reason;
  }
}

import { DicomError } from '../dicom/errors.js';
import { readDataSetStart, readPart10Header, type HeaderInFile } from '../dicom/part10.js';
import { isUid } from '../dicom/uid.js';
import { sopClass } from '../dicom/uids.js';
import { checkPixelData } from './pixel-data-check.js';
import type { ReceptionRefusal } from './reception-status.js';

/** What the archive must know of a received data set. */
export interface CheckedDataSet {
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
}

/** Why a data set is refused: the status, and what was found, in words that hold no value. */
export interface DataSetFault {
  readonly refusal: ReceptionRefusal;
  readonly reason: string;
}

/** A data set that was just written to a file. */
export interface WrittenDataSet {
  readonly path: string;
  /** Its first bytes, still in memory: enough for most headers, and then the file is not read. */
  readonly start: Buffer;
  /** Where it begins in the file. */
  readonly dataSetOffset: number;
  readonly byteLength: number;
}

interface Announced {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly studyInstanceUid?: string;
}

/**
 * Is the written data set whole, readable and the one that the command announced? Only what stands before the pixels
 * is parsed.
 */
export async function checkDataSet(
  written: WrittenDataSet,
  announced: Announced,
): Promise<CheckedDataSet | DataSetFault> {
  let header: HeaderInFile;
  try {
    header =
      readDataSetStart(written.start, { ...written, ...announced }) ??
      (await readPart10Header(written.path));
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    const refusal = error.code === 'OCT_DICOM_TRUNCATED' ? 'truncated' : 'malformed';
    return { refusal, reason: error.message };
  }
  return checkIdentity(header, announced) ?? (await checkContent(written, header));
}

function checkIdentity({ dataSet }: HeaderInFile, announced: Announced): DataSetFault | undefined {
  if (dataSet.elements().length === 0) return { refusal: 'truncated', reason: 'no data set' };
  if (dataSet.text('SOPClassUID') !== announced.sopClassUid) {
    return { refusal: 'sopClassMismatch', reason: 'SOP Class UID of command and data set differ' };
  }
  if (dataSet.text('SOPInstanceUID') !== announced.sopInstanceUid) {
    return {
      refusal: 'sopInstanceMismatch',
      reason: 'SOP Instance UID of command and data set differ',
    };
  }
  const { studyInstanceUid } = announced;
  if (studyInstanceUid !== undefined && dataSet.text('StudyInstanceUID') !== studyInstanceUid) {
    return { refusal: 'studyMismatch', reason: 'Study Instance UID of URL and data set differ' };
  }
  return undefined;
}

async function checkContent(
  { path, dataSetOffset, byteLength }: WrittenDataSet,
  header: HeaderInFile,
): Promise<CheckedDataSet | DataSetFault> {
  const studyInstanceUid = header.dataSet.text('StudyInstanceUID') ?? '';
  const seriesInstanceUid = header.dataSet.text('SeriesInstanceUID') ?? '';
  if (!isUid(studyInstanceUid) || !isUid(seriesInstanceUid)) {
    return { refusal: 'illegalUid', reason: 'Study or Series Instance UID is missing or illegal' };
  }
  if (header.pixelData === undefined && announcesPixels(header)) {
    // Cut off exactly between two elements, the data set still parses.
    return { refusal: 'truncated', reason: 'an image without Pixel Data' };
  }
  const fault = await checkPixelData(path, dataSetOffset + byteLength, header);
  if (fault === undefined) return { studyInstanceUid, seriesInstanceUid };
  return {
    refusal: fault.kind === 'truncated' ? 'truncated' : 'pixelDataLength',
    reason: fault.reason,
  };
}

function announcesPixels({ dataSet }: HeaderInFile): boolean {
  const use = sopClass(dataSet.text('SOPClassUID') ?? '')?.use;
  return use === 'volume' || use === 'localizer' || dataSet.has('Rows');
}

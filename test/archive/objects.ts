import { DataSet, type Attributes } from '../../src/dicom/data-set.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { SOP_CLASSES, TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { encodePart10 } from '../../src/dicom/part10.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { openArchive, type Archive, type ArchiveOptions } from '../../src/archive/archive.js';
import type { ReceptionOutcome, ReceptionRequest } from '../../src/archive/reception.js';
import type { ResultObject } from '../../src/values/result-objects.js';

/** An archive of its own for one test, with nothing in the way. */
export function openTestArchive(
  dataDir: string,
  options: Partial<Omit<ArchiveOptions, 'dataDir'>> = {},
): Archive {
  return openArchive({ dataDir, minimumFreeBytes: 0, maxAttempts: 3, ...options });
}

/** A small OPT object: its data set as it goes over the wire. `shade` tells two contents of one UID apart. */
export function optDataSet(name: string, shade = 7, changes: Attributes = {}): DataSet {
  const [rows, columns, frames] = [8, 6, 3];
  return DataSet.of({
    SOPClassUID: SOP_CLASSES.ophthalmicTomography.uid,
    SOPInstanceUID: deterministicUid('test instance', name),
    StudyInstanceUID: deterministicUid('test study'),
    SeriesInstanceUID: deterministicUid('test series'),
    Modality: 'OPT',
    Manufacturer: 'Test',
    PatientName: 'Canary^Patient',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: frames,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    PixelData: new Uint8Array(rows * columns * frames).fill(shade),
    ...changes,
  });
}

export function request(
  dataSet: DataSet,
  transferSyntaxUid: string = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
): ReceptionRequest {
  return {
    associationId: 'association-1',
    callingAeTitle: 'SCANNER',
    calledAeTitle: 'OCTRIAGE',
    peerAddress: '127.0.0.1',
    sopClassUid: dataSet.text('SOPClassUID') ?? '',
    sopInstanceUid: dataSet.text('SOPInstanceUID') ?? '',
    transferSyntaxUid,
  };
}

/** Sends bytes in chunks of `chunkLength`, as PDVs would bring them. */
export async function send(
  archive: Archive,
  about: ReceptionRequest,
  bytes: Uint8Array,
  chunkLength = 100,
): Promise<ReceptionOutcome> {
  const reception = await archive.receive(about);
  for (let at = 0; at < bytes.length; at += chunkLength) {
    await reception.write([bytes.subarray(at, at + chunkLength)]);
  }
  return reception.finish();
}

export function sendObject(archive: Archive, dataSet: DataSet): Promise<ReceptionOutcome> {
  return send(archive, request(dataSet), encodeDataSet(dataSet));
}

/** Receives an OPT object and schedules its workitem, as the assembly would. */
export async function scheduleScan(
  archive: Archive,
  name: string,
  changes: Attributes = {},
): Promise<string> {
  const { instance } = await sendObject(archive, optDataSet(name, 7, changes));
  if (instance === undefined) throw new Error('not stored');
  const workitem = await archive.acquisitions.record(instance.sopInstanceUid, {
    kind: 'acquisition',
    reason: 'test',
    acquisition: {
      id: deterministicUid('test acquisition', name),
      studyInstanceUid: instance.studyInstanceUid,
      instances: [instance],
      completeBecause: 'all-frames-in-one-object',
      revision: 1,
    },
  });
  if (workitem === undefined) throw new Error('not scheduled');
  return workitem;
}

/** A stand-in for a result object: any data set as a Part 10 file. */
export function resultObject(name: string, kind: ResultObject['kind'] = 'report'): ResultObject {
  const dataSet = optDataSet(`result ${name}`);
  return {
    kind,
    sopClassUid: dataSet.text('SOPClassUID')!,
    sopInstanceUid: dataSet.text('SOPInstanceUID')!,
    seriesInstanceUid: dataSet.text('SeriesInstanceUID')!,
    bytes: encodePart10(dataSet),
  };
}

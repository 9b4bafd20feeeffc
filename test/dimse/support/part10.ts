import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PYTHON } from '../../support/tools.js';
import type { OutgoingInstance } from '../../../src/dimse/sender.js';

const MAKE = `
import sys
from pydicom.dataset import Dataset, FileMetaDataset
folder, count, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
for i in range(count):
    m = FileMetaDataset()
    m.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.7'
    m.MediaStorageSOPInstanceUID = '1.2.826.0.1.3680043.10.1.%d' % (i + 1)
    m.TransferSyntaxUID = '1.2.840.10008.1.2.1'
    ds = Dataset()
    ds.file_meta, ds.is_little_endian, ds.is_implicit_VR = m, True, False
    ds.SOPClassUID, ds.SOPInstanceUID = m.MediaStorageSOPClassUID, m.MediaStorageSOPInstanceUID
    ds.PatientName, ds.PatientID, ds.Modality = 'Phantom^A', 'A', 'OT'
    ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2.3.1', '1.2.3.2'
    ds.Rows, ds.Columns, ds.SamplesPerPixel = size, size, 1
    ds.PhotometricInterpretation = 'MONOCHROME2'
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    ds.add_new(0x00091010, 'LO', 'private 1.10')
    ds.add_new(0x00090010, 'LO', 'OCT TEST')
    ds.PixelData = bytes((j * 31 + i) % 251 for j in range(size * size))
    ds.save_as('%s/%d.dcm' % (folder, i), write_like_original=False)
`;

/** Part 10 files made by pydicom: Secondary Capture, `size` × `size` pixels of 8 bits. */
export function makeFiles(folder: string, count: number, size: number): OutgoingInstance[] {
  execFileSync(PYTHON, ['-W', 'ignore', '-c', MAKE, folder, String(count), String(size)]);
  return Array.from({ length: count }, (_, index) => outgoing(join(folder, `${index}.dcm`), index));
}

function outgoing(path: string, index: number): OutgoingInstance {
  return {
    path,
    dataSetOffset: dataSetOffset(readFileSync(path)),
    sopClassUid: '1.2.840.10008.5.1.4.1.1.7',
    sopInstanceUid: `1.2.826.0.1.3680043.10.1.${index + 1}`,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
  };
}

/** Behind preamble (128), "DICM" (4), the group length element (12) and the group it measures. */
export function dataSetOffset(file: Buffer): number {
  return 144 + file.readUInt32LE(140);
}

export function dataSetOf(file: Buffer): Buffer {
  return file.subarray(dataSetOffset(file));
}

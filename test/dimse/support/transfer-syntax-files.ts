import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OutgoingInstance } from '../../../src/dimse/sender.js';
import { SOP_CLASSES } from '../../../src/dicom/uids.js';
import { PYTHON } from '../../support/tools.js';
import { dataSetOffset } from './part10.js';

const MAKE = `
import sys
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom._uid_dict import UID_dictionary
folder, sop_class, syntaxes = sys.argv[1], sys.argv[2], sys.argv[3:]
NATIVE = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2']
for i, syntax in enumerate(syntaxes):
    # Debian's pydicom 2.3 is older than HTJ2K.
    UID_dictionary.setdefault(syntax, ('HTJ2K', 'Transfer Syntax', '', '', 'HTJ2K'))
    m = FileMetaDataset()
    m.MediaStorageSOPClassUID = sop_class
    m.MediaStorageSOPInstanceUID = '1.2.826.0.1.3680043.10.2.%d' % (i + 1)
    m.TransferSyntaxUID = syntax
    ds = Dataset()
    ds.file_meta = m
    ds.is_little_endian = syntax != '1.2.840.10008.1.2.2'
    ds.is_implicit_VR = syntax == '1.2.840.10008.1.2'
    ds.SOPClassUID, ds.SOPInstanceUID = m.MediaStorageSOPClassUID, m.MediaStorageSOPInstanceUID
    ds.PatientName, ds.PatientID, ds.Modality = 'Phantom^A', 'A', 'OPT'
    ds.StudyInstanceUID, ds.SeriesInstanceUID = '1.2.3.1', '1.2.3.2'
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.NumberOfFrames = 16, 16, 1, 3
    ds.PhotometricInterpretation = 'MONOCHROME2'
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 8, 8, 7, 0
    frames = [bytes((j * 31 + i + f) % 251 for j in range(256)) for f in range(3)]
    # The transport carries codestreams and does not look into them.
    ds.PixelData = b''.join(frames) if syntax in NATIVE else encapsulate(frames)
    ds['PixelData'].VR = 'OB'
    ds['PixelData'].is_undefined_length = syntax not in NATIVE
    ds.save_as('%s/%d.dcm' % (folder, i), write_like_original=False)
`;

/** One OPT object for each transfer syntax, written by pydicom; encapsulated frames are bytes that no codec knows. */
export function filesOfSyntaxes(folder: string, syntaxes: readonly string[]): OutgoingInstance[] {
  const sopClassUid = SOP_CLASSES.ophthalmicTomography.uid;
  execFileSync(PYTHON, ['-W', 'ignore', '-c', MAKE, folder, sopClassUid, ...syntaxes]);
  return syntaxes.map((transferSyntaxUid, index) => {
    const path = join(folder, `${index}.dcm`);
    return {
      path,
      dataSetOffset: dataSetOffset(readFileSync(path)),
      sopClassUid,
      sopInstanceUid: `1.2.826.0.1.3680043.10.2.${index + 1}`,
      transferSyntaxUid,
    };
  });
}

import { expect } from 'chai';
import { writeFileSync } from 'node:fs';

import { DataSet } from '../../src/dicom/data-set.js';
import { DicomError } from '../../src/dicom/errors.js';
import { encodePart10 } from '../../src/dicom/part10.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { python } from '../support/pydicom.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

/** One attribute of each VR that our objects use. */
function everyVr(): DataSet {
  return DataSet.of({
    SpecificCharacterSet: 'ISO_IR 192',
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.66.4',
    SOPInstanceUID: '2.25.1',
    ImageType: ['DERIVED', 'PRIMARY'],
    StudyDate: '20240229',
    StudyTime: '235960.123456',
    AcquisitionDateTime: '20240229120000.5+0100',
    AccessionNumber: 'Ä1',
    InstitutionAddress: 'Straße 1\r\n東京',
    PatientName: 'Müller^Jürgen=山田^太郎=やまだ^たろう',
    PatientAge: '067Y',
    EmmetropicMagnification: [1.5, -2.25],
    FrameAcquisitionDuration: 0.1,
    PixelSpacing: [0.00387, 1 / 3],
    NumberOfFrames: 128,
    DimensionIndexPointer: 0x00209057,
    Rows: 65535,
    InStackPositionNumber: [1, 4294967295],
    TextValue: 'a\\b stays one value',
    LongCodeValue: 'x'.repeat(40),
    URNCodeValue: 'urn:oid:1.2.3',
    SourceApplicationEntityTitle: 'never in a data set',
    ContentSequence: [
      DataSet.of({ CodeMeaning: 'Größe', ContentSequence: [] }),
      new DataSet(),
      DataSet.of({ ContentSequence: [DataSet.of({ CodeMeaning: 'tief' })] }),
    ],
    PixelData: Uint8Array.of(1, 2, 3),
  });
}

describe('writing a data set', () => {
  const path = temporaryFolder();

  for (const name of ['explicitVrLittleEndian', 'implicitVrLittleEndian'] as const) {
    it(`pydicom reads every VR back (${name})`, function () {
      requireTool(this, 'python3-pydicom');
      const dataSet = everyVr();
      dataSet.delete('SourceApplicationEntityTitle');
      writeFileSync(path('every-vr.dcm'), encodePart10(dataSet, TRANSFER_SYNTAXES[name].uid));
      const read = python(
        `import json, sys, pydicom
d = pydicom.dcmread(sys.argv[1])
print(json.dumps({
 'type': list(d.ImageType), 'date': d.StudyDate, 'time': d.StudyTime, 'dt': d.AcquisitionDateTime,
 'accession': d.AccessionNumber, 'address': d.InstitutionAddress, 'name': str(d.PatientName), 'age': d.PatientAge,
 'fl': list(d.EmmetropicMagnification), 'fd': d.FrameAcquisitionDuration, 'ds': [str(v) for v in d.PixelSpacing],
 'is': int(d.NumberOfFrames), 'at': int(d.DimensionIndexPointer), 'us': d.Rows, 'ul': list(d.InStackPositionNumber),
 'ut': d.TextValue, 'uc': d.LongCodeValue, 'ur': d.URNCodeValue,
 'meanings': [d.ContentSequence[0].CodeMeaning, d.ContentSequence[2].ContentSequence[0].CodeMeaning],
 'items': [len(d.ContentSequence), len(d.ContentSequence[0].ContentSequence), len(d.ContentSequence[1])],
 'pixels': list(d.PixelData), 'meta': [d.file_meta.MediaStorageSOPInstanceUID, d.preamble == b'\\0' * 128]}))`,
        path('every-vr.dcm'),
      );
      expect(read).to.deep.equal({
        type: ['DERIVED', 'PRIMARY'],
        date: '20240229',
        time: '235960.123456',
        dt: '20240229120000.5+0100',
        accession: 'Ä1',
        address: 'Straße 1\r\n東京',
        name: 'Müller^Jürgen=山田^太郎=やまだ^たろう',
        age: '067Y',
        fl: [1.5, -2.25],
        fd: 0.1,
        ds: ['0.00387', '0.33333333333333'],
        is: 128,
        at: 0x00209057,
        us: 65535,
        ul: [1, 4294967295],
        ut: 'a\\b stays one value',
        uc: 'x'.repeat(40),
        ur: 'urn:oid:1.2.3',
        meanings: ['Größe', 'tief'],
        items: [3, 0, 0],
        pixels: [1, 2, 3, 0],
        meta: ['2.25.1', true],
      });
    });
  }

  const refused: Readonly<Record<string, DataSet>> = {
    'UID of 65 characters': DataSet.of({ StudyInstanceUID: `1.${'2'.repeat(63)}` }),
    'UID with an empty component': DataSet.of({ StudyInstanceUID: '1..2' }),
    'US out of range': DataSet.of({ Rows: 70000 }),
    'US with a fraction': DataSet.of({ Rows: 1.5 }),
    'DS that is no number': DataSet.of({ PixelSpacing: 'NaN' }),
    'FL that is not finite': DataSet.of({ EmmetropicMagnification: Number.NaN }),
    'IS with a fraction': DataSet.of({ NumberOfFrames: '1.5' }),
    'CS in lower case': DataSet.of({ Modality: 'seg' }),
    'CS of 17 characters': DataSet.of({ Modality: 'A'.repeat(17) }),
    'DA that is no date': DataSet.of({ StudyDate: '20241301' }),
    'TM with colons': DataSet.of({ StudyTime: '12:00:00' }),
    'LO with a backslash': DataSet.of({ PatientID: 'a\\b' }),
    'LO with a line feed': DataSet.of({ PatientID: 'a\nb' }),
    'LO of 65 characters': DataSet.of({ PatientID: 'a'.repeat(65) }),
    'PN of four groups': DataSet.of({ PatientName: 'a=b=c=d' }),
    'ST with two values': DataSet.of({ InstitutionAddress: ['a', 'b'] }),
    'text beyond ASCII without character set': DataSet.of({ PatientName: 'Müller' }),
    'a number where text is due': DataSet.of({ PatientID: 5 }),
    'text where bytes are due': DataSet.of({ PixelData: 'text' }),
    'a value too long for its length field': DataSet.of({
      InStackPositionNumber: Array.from({ length: 20000 }, () => 1),
    }),
  };
  for (const [name, dataSet] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      expect(() => encodeDataSet(dataSet))
        .to.throw(DicomError)
        .with.property('code', 'OCT_DICOM_INVALID_VALUE');
    });
  }

  it('does not repeat a refused value', () => {
    const canary = 'Canary^Patient\\Name';
    expect(() => encodeDataSet(DataSet.of({ PatientName: canary }))).to.throw(
      DicomError,
      /PatientName/u,
    );
    try {
      encodeDataSet(DataSet.of({ PatientName: canary }));
    } catch (error) {
      expect(String(error)).not.to.contain('Canary');
    }
  });
});

import { expect } from 'chai';
import fc from 'fast-check';
import { writeFileSync } from 'node:fs';

import { DataSet } from '../../src/dicom/data-set.js';
import { DicomError } from '../../src/dicom/errors.js';
import { encodePart10, readPart10Header } from '../../src/dicom/part10.js';
import { readDataSet } from '../../src/dicom/read-data-set.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const IMPLICIT = TRANSFER_SYNTAXES.implicitVrLittleEndian.uid;

function sample(): DataSet {
  return DataSet.of({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.77.1.5.4',
    SOPInstanceUID: '1.2.3',
    PatientName: 'Doe^Jane',
    SharedFunctionalGroupsSequence: [
      DataSet.of({ PixelMeasuresSequence: [DataSet.of({ PixelSpacing: [0.1, 0.2] })] }),
    ],
    PixelData: Uint8Array.of(1, 2, 3, 4),
  });
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (!(error instanceof DicomError)) throw error;
    return error.code;
  }
}

function hex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/\s/gu, ''), 'hex');
}

describe('hostile input', () => {
  const path = temporaryFolder();

  for (const syntax of [EXPLICIT, IMPLICIT]) {
    it(`is a coded error or a whole header, cut at every byte (${syntax})`, () => {
      const bytes = encodeDataSet(sample(), syntax);
      const boundaries = new Set([0]);
      for (let length = 0; length < bytes.length; length++) {
        const code = codeOf(() =>
          readDataSet(bytes.subarray(0, length), { transferSyntaxUid: syntax }),
        );
        if (code === undefined) boundaries.add(length);
        else expect(code).to.equal('OCT_DICOM_TRUNCATED');
      }
      // Cut between two elements there is nothing to see; inside Pixel Data it is the file reader that sees it.
      expect(boundaries.size).to.equal(1 + 3 + 1 + 4);
    });
  }

  it('is refused as a file, cut at every byte', async () => {
    const bytes = encodePart10(sample());
    const pixels = bytes.length - 4;
    for (let length = 0; length < bytes.length; length++) {
      writeFileSync(path('cut.dcm'), bytes.subarray(0, length));
      const header = await readPart10Header(path('cut.dcm')).catch((error: unknown) => error);
      if (header instanceof Error) expect(header).to.be.instanceOf(DicomError);
      else expect(length).to.be.lessThan(pixels);
    }
  });

  it('ends in a coded error or a data set when any bytes are changed', () => {
    const bytes = encodeDataSet(sample());
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const damaged = Uint8Array.from(bytes);
        for (const [at, value] of changes) damaged[at] = value;
        codeOf(() => readDataSet(damaged, { transferSyntaxUid: EXPLICIT }));
        codeOf(() => readDataSet(damaged, { transferSyntaxUid: IMPLICIT }));
      }),
      { numRuns: 500 },
    );
  });

  const cases: readonly (readonly [string, string, string])[] = [
    ['a length of 4 GiB', 'OCT_DICOM_LIMIT', '0900 0110 4f42 0000 feffffff 00'],
    [
      'an element twice',
      'OCT_DICOM_DUPLICATE_ELEMENT',
      '2800 1000 5553 0200 0100 2800 1000 5553 0200 0200',
    ],
    ['no VR', 'OCT_DICOM_UNKNOWN_VR', '2800 1000 0200 0000 0100'],
    ['an item outside a sequence', 'OCT_DICOM_STRUCTURE', 'feff 00e0 00000000'],
    [
      'an item longer than its sequence',
      'OCT_DICOM_STRUCTURE',
      '4000 30a7 5351 0000 08000000 feff 00e0 10000000 00000000 00000000 00000000 00000000',
    ],
    [
      'an element longer than its item',
      'OCT_DICOM_STRUCTURE',
      '4000 30a7 5351 0000 12000000 feff 00e0 0a000000 2800 1000 5553 0800 0100 00000000 0000',
    ],
    [
      'no item in a sequence',
      'OCT_DICOM_STRUCTURE',
      '4000 30a7 5351 0000 0a000000 2800 1000 5553 0200 0100',
    ],
    [
      'an item that is never closed',
      'OCT_DICOM_TRUNCATED',
      '4000 30a7 5351 0000 ffffffff feff 00e0 ffffffff',
    ],
  ];
  for (const [name, code, bytes] of cases) {
    it(`${name} is ${code}`, () => {
      expect(codeOf(() => readDataSet(hex(bytes), { transferSyntaxUid: EXPLICIT }))).to.equal(code);
    });
  }

  it('nests no deeper than the limit', () => {
    let dataSet = new DataSet();
    for (let depth = 0; depth < 40; depth++) dataSet = DataSet.of({ ContentSequence: [dataSet] });
    expect(
      codeOf(() => readDataSet(encodeDataSet(dataSet), { transferSyntaxUid: EXPLICIT })),
    ).to.equal('OCT_DICOM_LIMIT');
  });

  it('says tag and offset of the fault, and no value', () => {
    const bytes = encodeDataSet(DataSet.of({ PatientName: 'Canary^Patient' }));
    const read = () => readDataSet(bytes.subarray(0, 15), { transferSyntaxUid: EXPLICIT });
    expect(read).to.throw(DicomError, /\(0010,0010\) PatientName, offset 0/u);
    expect(read).to.not.throw(/Canary/u);
  });
});

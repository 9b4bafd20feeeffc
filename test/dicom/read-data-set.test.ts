import { expect } from 'chai';
import fc from 'fast-check';

import { DataSet, type ElementValue } from '../../src/dicom/data-set.js';
import { readDataSet } from '../../src/dicom/read-data-set.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import type { ValueRepresentation } from '../../src/dicom/value-representation.js';
import { encodeDataSet } from '../../src/dicom/write-data-set.js';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const IMPLICIT = TRANSFER_SYNTAXES.implicitVrLittleEndian.uid;

/** Elements as plain values, to compare data sets with each other. */
function plain(dataSet: DataSet): unknown {
  return dataSet.elements().map(({ tag, vr, value }) => ({
    tag,
    vr,
    value:
      value instanceof Uint8Array
        ? [...value]
        : (value as readonly unknown[]).map((item) =>
            item instanceof DataSet ? plain(item) : item,
          ),
  }));
}

const word = fc.stringMatching(
  /^[A-Za-z0-9ÄÖÜß山田]([A-Za-z0-9 ÄÖÜß山田]{0,14}[A-Za-z0-9ÄÖÜß山田])?$/u,
);
const words = fc.array(word, { maxLength: 3 });
const item = (depth: number): fc.Arbitrary<DataSet> =>
  fc
    .record({
      text: words,
      long: word,
      us: fc.array(fc.nat(65535), { maxLength: 4 }),
      ul: fc.array(fc.nat(0xffffffff), { maxLength: 4 }),
      fd: fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 3 }),
      at: fc.array(fc.nat(0xffffffff), { maxLength: 2 }),
      bytes: fc.uint8Array({ maxLength: 20 }).map((bytes) => bytes.subarray(bytes.length % 2)),
      items: depth === 0 ? fc.constant([]) : fc.array(item(depth - 1), { maxLength: 3 }),
    })
    .map(({ text, long, us, ul, fd, at, bytes, items }) =>
      DataSet.of({
        SeriesDescription: text,
        TextValue: long,
        Rows: us,
        InStackPositionNumber: ul,
        FrameAcquisitionDuration: fd,
        DimensionIndexPointer: at,
        FileMetaInformationVersion: bytes,
        ContentSequence: items,
      }),
    );

function element(tag: number, vr: ValueRepresentation, value: ElementValue) {
  return { tag, vr, value };
}

function hex(text: string): Uint8Array {
  return Buffer.from(text.replaceAll(/\s/gu, ''), 'hex');
}

describe('reading a data set', () => {
  for (const syntax of [EXPLICIT, IMPLICIT]) {
    it(`reads back what was written (${syntax})`, () => {
      fc.assert(
        fc.property(item(2), (dataSet) => {
          dataSet.set('SpecificCharacterSet', 'ISO_IR 192');
          const { dataSet: read } = readDataSet(encodeDataSet(dataSet, syntax), {
            transferSyntaxUid: syntax,
          });
          expect(plain(read)).to.deep.equal(plain(dataSet));
        }),
        { numRuns: 100 },
      );
    });
  }

  it('stops at Pixel Data and says where it lies', () => {
    const bytes = encodeDataSet(DataSet.of({ Rows: 2, PixelData: Uint8Array.of(7, 8) }));
    const { dataSet, pixelData } = readDataSet(bytes, { transferSyntaxUid: EXPLICIT });
    expect(dataSet.has('PixelData')).to.equal(false);
    expect(pixelData).to.deep.include({ vr: 'OB', length: 2, offset: bytes.length - 2 });
  });

  it('keeps private elements, as bytes where the VR is not told', () => {
    const dataSet = new DataSet();
    dataSet.setElement(element(0x00510010, 'LO', ['Private Creator']));
    dataSet.setElement(element(0x00511010, 'FD', [2]));
    const implicit = readDataSet(encodeDataSet(dataSet, IMPLICIT), { transferSyntaxUid: IMPLICIT });
    expect(implicit.dataSet.element(0x00510010)?.value).to.deep.equal(['Private Creator']);
    expect(implicit.dataSet.element(0x00511010)?.vr).to.equal('UN');
    const explicit = readDataSet(encodeDataSet(dataSet), { transferSyntaxUid: EXPLICIT });
    expect(explicit.dataSet.element(0x00511010)?.value).to.deep.equal([2]);
  });

  it('skips group lengths in the data set and in items', () => {
    const bytes = hex(
      `
      0800 0000 554c 0400 00000000
      2000 3291 5351 0000 00000000
      4000 30a7 5351 0000 ffffffff
        feff 00e0 ffffffff
          0800 0000 554c 0400 08000000
          0800 0401 4c4f 0200 4142
        feff 0de0 00000000
      feff dde0 00000000`.replace('2000 3291 5351 0000 00000000', ''),
    );
    const { dataSet } = readDataSet(bytes, { transferSyntaxUid: EXPLICIT });
    expect(dataSet.elements()).to.have.length(1);
    expect(dataSet.item('ContentSequence')?.elements()).to.have.length(1);
    expect(dataSet.item('ContentSequence')?.text('CodeMeaning')).to.equal('AB');
  });

  it('does not look for delimiters in values (dcmjs cuts the item there)', () => {
    const bytes = hex(`
      4000 30a7 5351 0000 ffffffff
        feff 00e0 ffffffff
          0900 0110 4f42 0000 08000000 feff dde0 00000000
          2800 1000 5553 0200 0500
        feff 0de0 00000000
      feff dde0 00000000`);
    const { dataSet } = readDataSet(bytes, { transferSyntaxUid: EXPLICIT });
    expect(dataSet.item('ContentSequence')?.number('Rows')).to.equal(5);
  });

  it('reads UN of undefined length as an implicit sequence, and a known attribute written as UN', () => {
    const bytes = hex(`
      2800 1000 554e 0000 02000000 0700
      4000 30a7 554e 0000 ffffffff
        feff 00e0 0a000000 2800 1100 02000000 0500
      feff dde0 00000000`);
    const { dataSet } = readDataSet(bytes, { transferSyntaxUid: EXPLICIT });
    expect(dataSet.number('Rows')).to.equal(7);
    expect(dataSet.item('ContentSequence')?.number('Columns')).to.equal(5);
  });

  it('passes over encapsulated pixels of an icon', () => {
    const bytes = hex(`
      8800 0002 5351 0000 ffffffff
        feff 00e0 ffffffff
          2800 1000 5553 0200 0500
          e07f 1000 4f42 0000 ffffffff
            feff 00e0 00000000
            feff 00e0 04000000 01020304
          feff dde0 00000000
        feff 0de0 00000000
      feff dde0 00000000
      e07f 1000 4f42 0000 ffffffff`);
    const { pixelData } = readDataSet(bytes, { transferSyntaxUid: EXPLICIT });
    expect(pixelData).to.deep.include({ length: 'undefined', offset: bytes.length });
  });

  it('reads an empty number as absent and one of a wrong length as bytes, never as zero (dcmjs does)', () => {
    const bytes = hex('2200 0a00 464c 0000  2800 1000 5553 0300 010203');
    const { dataSet } = readDataSet(bytes, { transferSyntaxUid: EXPLICIT });
    expect(dataSet.number('EmmetropicMagnification')).to.equal(undefined);
    expect(dataSet.number('Rows')).to.equal(undefined);
  });
});

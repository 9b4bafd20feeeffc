import { expect } from 'chai';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

import { DataSet } from '../../src/dicom/data-set.js';
import { encodeFileMeta, encodePart10, readPart10Header } from '../../src/dicom/part10.js';
import { TRANSFER_SYNTAXES } from '../../src/dicom/uids.js';
import { encapsulate } from '../../src/dicom/write-data-set.js';
import { python } from '../support/pydicom.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

const REAL_FILES = '../shared/data/dicom';

const WRITE = `
import sys, pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import UID
uid, path = sys.argv[1:]
meta = FileMetaDataset()
meta.MediaStorageSOPClassUID = '1.2.840.10008.5.1.4.1.1.77.1.5.4'
meta.MediaStorageSOPInstanceUID = '1.2.3'
meta.TransferSyntaxUID = uid
d = FileDataset(path, {}, file_meta=meta, preamble=b'\\0' * 128)
d.SOPClassUID, d.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
d.SpecificCharacterSet = 'ISO_IR 100'
d.PatientName = 'Müller^Jürgen'
d.Rows, d.Columns, d.NumberOfFrames = 3, 5, '2'
d.EmmetropicMagnification = 1.5
d.FrameAcquisitionDuration = 0.25
d.DimensionIndexPointer = 0x00209057
d.InStackPositionNumber = 70000
item = Dataset(); item.PixelSpacing = [0.5, 0.25]
inner = Dataset(); inner.PixelMeasuresSequence = [item]
d.SharedFunctionalGroupsSequence = [inner]
d['SharedFunctionalGroupsSequence'].is_undefined_length = True
inner.is_undefined_length_sequence_item = True
d.add_new(0x00510010, 'LO', 'Ashvins Private Object Information')
d.add_new(0x00511013, 'OB', b'\\x01\\x02' * 500)
d.PixelData = bytes(range(30)); d['PixelData'].VR = 'OB'
t = UID(uid)
d.is_little_endian, d.is_implicit_VR = t.is_little_endian, t.is_implicit_VR
d.save_as(path, write_like_original=False)
print('null')
`;

describe('Part 10 files', () => {
  const path = temporaryFolder();

  for (const name of [
    'implicitVrLittleEndian',
    'explicitVrLittleEndian',
    'explicitVrBigEndian',
    'deflatedExplicitVrLittleEndian',
  ] as const) {
    it(`reads what pydicom wrote (${name})`, async function () {
      requireTool(this, 'python3-pydicom');
      const { uid } = TRANSFER_SYNTAXES[name];
      python(WRITE, uid, path('pydicom.dcm'));
      const header = await readPart10Header(path('pydicom.dcm'));
      const { dataSet } = header;
      expect(header.transferSyntaxUid).to.equal(uid);
      expect(header.meta.text('MediaStorageSOPInstanceUID')).to.equal('1.2.3');
      expect(dataSet.text('PatientName')).to.equal('Müller^Jürgen');
      expect(dataSet.numbers('NumberOfFrames')).to.deep.equal([2]);
      expect([dataSet.number('Rows'), dataSet.number('Columns')]).to.deep.equal([3, 5]);
      expect(dataSet.number('EmmetropicMagnification')).to.equal(1.5);
      expect(dataSet.number('FrameAcquisitionDuration')).to.equal(0.25);
      expect(dataSet.number('DimensionIndexPointer')).to.equal(0x00209057);
      expect(dataSet.number('InStackPositionNumber')).to.equal(70000);
      const measures = dataSet
        .item('SharedFunctionalGroupsSequence')
        ?.item('PixelMeasuresSequence');
      expect(measures?.numbers('PixelSpacing')).to.deep.equal([0.5, 0.25]);
      expect(dataSet.element(0x00511013)?.value).to.have.length(1000);
      expect(header.pixelData).to.deep.include({ length: 30 });
    });
  }

  it('reads a header that is longer than one chunk, and only as far as Pixel Data', async () => {
    const frames = Array.from({ length: 20000 }, (_, index) =>
      DataSet.of({ FrameContentSequence: [DataSet.of({ InStackPositionNumber: index + 1 })] }),
    );
    const dataSet = DataSet.of({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.77.1.5.4',
      SOPInstanceUID: '1.2.3',
      PerFrameFunctionalGroupsSequence: frames,
      PixelData: new Uint8Array(1024 * 1024),
    });
    const bytes = encodePart10(dataSet);
    writeFileSync(path('long.dcm'), bytes);
    const header = await readPart10Header(path('long.dcm'));
    expect(header.dataSet.items('PerFrameFunctionalGroupsSequence')).to.have.length(20000);
    expect(header.pixelData?.offset).to.equal(bytes.length - 1024 * 1024);
  });

  it('writes fragments under an encapsulated transfer syntax, for pydicom to read', function () {
    requireTool(this, 'python3-pydicom');
    const dataSet = DataSet.of({
      SOPClassUID: '1.2.840.10008.5.1.4.1.1.77.1.5.4',
      SOPInstanceUID: '1.2.3',
      PixelData: encapsulate([Uint8Array.of(1, 2, 3), Uint8Array.of(4, 5)]),
    });
    writeFileSync(path('fragments.dcm'), encodePart10(dataSet, TRANSFER_SYNTAXES.jpeg2000.uid));
    const fragments = python(
      `import json, sys, pydicom
from pydicom.encaps import generate_pixel_data_fragment
from pydicom.filebase import DicomBytesIO
d = pydicom.dcmread(sys.argv[1])
b = DicomBytesIO(d.PixelData); b.is_little_endian = True
print(json.dumps([list(f) for f in generate_pixel_data_fragment(b)]))`,
      path('fragments.dcm'),
    );
    expect(fragments).to.deep.equal([[], [1, 2, 3, 0], [4, 5]]);
  });

  it('refuses a file without preamble and one without File Meta Information', async () => {
    writeFileSync(path('bare.dcm'), Buffer.from('0800160055490400312e3200', 'hex'));
    writeFileSync(path('no-meta.dcm'), Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]));
    const code = async (name: string) =>
      readPart10Header(path(name)).then(
        () => undefined,
        (error: unknown) => (error as { code: string }).code,
      );
    expect(await code('bare.dcm')).to.equal('OCT_DICOM_NOT_PART10');
    expect(await code('no-meta.dcm')).to.equal('OCT_DICOM_FILE_META');
  });

  it('refuses a compression bomb', async () => {
    const meta = encodeFileMeta({
      sopClassUid: '1.2',
      sopInstanceUid: '1.2.3',
      transferSyntaxUid: TRANSFER_SYNTAXES.deflatedExplicitVrLittleEndian.uid,
    });
    const bomb = deflateRawSync(Buffer.alloc(100 * 1024 * 1024));
    writeFileSync(path('bomb.dcm'), Buffer.concat([meta, bomb]));
    const error: unknown = await readPart10Header(path('bomb.dcm')).catch((e: unknown) => e);
    expect(error).to.have.property('code', 'OCT_DICOM_DEFLATE');
  });

  it('reads the headers of real scanners as pydicom does', async function () {
    requireTool(this, 'python3-pydicom');
    if (!existsSync(REAL_FILES)) this.skip();
    const files = readdirSync(REAL_FILES).filter((name) => name.startsWith('heidelberg'));
    for (const name of files) {
      const file = join(REAL_FILES, name);
      const { dataSet } = await readPart10Header(file);
      const theirs = python(
        `import json, sys, pydicom
d = pydicom.dcmread(sys.argv[1], stop_before_pixels=True)
def count(d): return sum(1 + (sum(count(i) for i in e.value) if e.VR == 'SQ' else 0) for e in d if e.tag.element != 0)
print(json.dumps({'count': count(d), 'name': str(d.PatientName), 'versions': list(d.SoftwareVersions) if not isinstance(d.SoftwareVersions, str) else [d.SoftwareVersions], 'rows': d.Rows}))`,
        file,
      ) as { count: number; name: string; versions: string[]; rows: number };
      expect(countElements(dataSet), name).to.equal(theirs.count);
      expect(dataSet.text('PatientName')).to.equal(theirs.name);
      expect(dataSet.texts('SoftwareVersions')).to.deep.equal(theirs.versions);
      expect(dataSet.number('Rows')).to.equal(theirs.rows);
    }
  });
});

function countElements(dataSet: DataSet): number {
  return dataSet.elements().reduce((sum, { vr, value }) => {
    const items = vr === 'SQ' ? (value as readonly DataSet[]) : [];
    return sum + 1 + items.reduce((inner, item) => inner + countElements(item), 0);
  }, 0);
}

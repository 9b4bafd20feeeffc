import { expect } from 'chai';
import { readFileSync } from 'node:fs';

import { characterSet } from '../../src/dicom/character-set.js';
import { readDataSet } from '../../src/dicom/read-data-set.js';
import { python } from '../support/pydicom.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';

const IMPLICIT = '1.2.840.10008.1.2';

/** Names of PS3.5 annexes H, I, J, K and of the single-byte sets, encoded by pydicom. */
const NAMES: readonly (readonly [terms: string, name: string])[] = [
  ['ISO_IR 100', 'Buc^Jérôme'],
  ['ISO_IR 101', 'Wałęsa^Józef'],
  ['ISO_IR 109', 'Ĉapek^Ĵo'],
  ['ISO_IR 110', 'Āboliņš^Ēriks'],
  ['ISO_IR 144', 'Люкceмбypг^Роза'],
  ['ISO_IR 127', 'قباني^لنزار'],
  ['ISO_IR 126', 'Διονυσιος'],
  ['ISO_IR 138', 'שרון^דבורה'],
  ['ISO_IR 148', 'Çavuşoğlu^Ğül'],
  ['ISO_IR 166', 'นามสกุล^ชื่อ'],
  ['ISO_IR 13', 'ﾔﾏﾀﾞ^ﾀﾛｳ'],
  ['\\ISO 2022 IR 87', 'Yamada^Tarou=山田^太郎=やまだ^たろう'],
  ['ISO 2022 IR 13\\ISO 2022 IR 87', 'ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう'],
  ['\\ISO 2022 IR 149', 'Hong^Gildong=洪^吉洞=홍^길동'],
  ['\\ISO 2022 IR 58', 'Zhang^XiaoDong=张^小东'],
  ['ISO_IR 192', 'Wang^XiaoDong=王^小東'],
  ['GB18030', 'Wang^XiaoDong=王^小东'],
  ['GBK', 'Wang^XiaoDong=王^小东'],
  ['ISO 2022 IR 100\\ISO 2022 IR 144', 'Buc^Jérôme=Люкceмбypг'],
];

describe('specific character set', () => {
  const path = temporaryFolder();

  it('reads names in every character set as pydicom wrote them, in items too', function () {
    requireTool(this, 'python3-pydicom');
    const file = path('names');
    python(
      `import json, sys, io, pydicom
from pydicom.dataset import Dataset
from pydicom.filewriter import write_dataset
from pydicom.filebase import DicomFileLike
for i, (terms, name) in enumerate(json.loads(sys.argv[1])):
    d = Dataset()
    d.SpecificCharacterSet = terms.split('\\\\')
    d.PatientName = name
    item = Dataset()
    item.PersonName = name
    d.ContentSequence = [item]
    with open(f'{sys.argv[2]}-{i}', 'wb') as f:
        fp = DicomFileLike(f)
        fp.is_little_endian, fp.is_implicit_VR = True, True
        write_dataset(fp, d)
print('null')`,
      JSON.stringify(NAMES),
      file,
    );
    for (const [index, [terms, name]] of NAMES.entries()) {
      const bytes = readFileSync(`${file}-${String(index)}`);
      const { dataSet } = readDataSet(bytes, { transferSyntaxUid: IMPLICIT });
      expect(dataSet.text('PatientName'), terms).to.equal(name);
      expect(dataSet.item('ContentSequence')?.text('PersonName'), `${terms} in an item`).to.equal(
        name,
      );
    }
  });

  it('an item with a character set of its own uses it', () => {
    const charset = (term: string) =>
      Buffer.concat([Buffer.from('080005000a000000', 'hex'), Buffer.from(term, 'latin1')]);
    const item = Buffer.concat([charset('ISO_IR 192'), Buffer.from('0800040102000000c3a4', 'hex')]);
    const sequence = Buffer.from('400030a700000000feff00e000000000', 'hex');
    sequence.writeUInt32LE(item.length + 8, 4);
    sequence.writeUInt32LE(item.length, 12);
    const whole = Buffer.concat([charset('ISO_IR 100'), sequence, item]);
    const { dataSet } = readDataSet(whole, { transferSyntaxUid: IMPLICIT });
    expect(dataSet.item('ContentSequence')?.text('CodeMeaning')).to.equal('ä');
  });

  it('reads the Chinese name of PS3.5 K.2, with its escape sequences', () => {
    const bytes = Buffer.from('Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=', 'latin1');
    expect(characterSet(['', 'ISO 2022 IR 58']).decode(bytes, true)).to.equal(
      'Zhang^XiaoDong=张^小东=',
    );
  });

  it('puts U+FFFD for what cannot be decoded and never throws', () => {
    for (const terms of [[], ['ISO_IR 192'], ['', 'ISO 2022 IR 87'], ['GBK'], ['nonsense']]) {
      const set = characterSet(terms);
      for (let byte = 0; byte < 256; byte++) {
        expect(set.decode(Uint8Array.of(0x1b, byte, 0xff, byte), true)).to.be.a('string');
      }
      expect(set.decode(Uint8Array.of(0xff), false)).to.contain('\uFFFD');
    }
  });
});

import { expect } from 'chai';
import { writeFileSync } from 'node:fs';

import { readPart10Header } from '../src/dicom/part10.js';
import { buildResults } from '../src/results/build.js';
import { phantomInput } from '../test/support/phantom-input.js';
import { python } from '../test/support/pydicom.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';

/** pydicom writes the source, in its character set, and reads the results: none of the text is ours on the way. */
const REWRITE = `
import sys, json, pydicom
from pydicom.dataset import Dataset
source, target, charset, name, identifier, issuer, description = sys.argv[1:]
d = pydicom.dcmread(source)
d.SpecificCharacterSet = charset.split('\\\\') if '\\\\' in charset else charset
d.PatientName, d.PatientID, d.IssuerOfPatientID = name, identifier, issuer
qualifier = Dataset(); qualifier.UniversalEntityID = '1.2.3.4'; qualifier.UniversalEntityIDType = 'ISO'
d.IssuerOfPatientIDQualifiersSequence = [qualifier]
d.StudyDescription = description
d.save_as(target)
print('null')
`;
const READ = `
import sys, json, pydicom
def of(path):
    d = pydicom.dcmread(path)
    q = d.IssuerOfPatientIDQualifiersSequence[0]
    return [str(d.PatientName), str(d.PatientID), str(d.IssuerOfPatientID), str(d.StudyDescription), str(q.UniversalEntityID)]
print(json.dumps([of(path) for path in sys.argv[1:]]))
`;

type Text = readonly [name: string, identifier: string, issuer: string, description: string];

const SOURCES: Readonly<Record<string, Text>> = {
  '': ['Adams^John', 'A-1', 'CLINIC', 'Macula OD'],
  'ISO_IR 100': ['Buc^Jérôme', 'É-1', 'HÔPITAL', 'Macula, œil droit'.replace('œ', 'oe')],
  'ISO_IR 144': ['Люкceмбypг', 'Ж-1', 'КЛИНИКА', 'Макула'],
  'ISO_IR 126': ['Διονυσιος', 'Δ-1', 'ΚΛΙΝΙΚΗ', 'Ωχρά κηλίδα'.normalize('NFC')],
  'ISO_IR 192': ['Wang^XiaoDong=王^小東', '患者1', '眼科', '黄斑 OCT'],
  GB18030: ['Wang^XiaoDong=王^小东', '病人1', '眼科', '黄斑 OCT'],
  '\\ISO 2022 IR 87': ['Yamada^Tarou=山田^太郎=やまだ^たろう', 'J-1', 'CLINIC', 'OCT'],
};

describe('patients’ and study’s attributes, from every character set, as pydicom reads them', () => {
  const path = temporaryFolder();

  for (const [charset, text] of Object.entries(SOURCES)) {
    it(charset === '' ? 'the default repertoire' : charset, async function () {
      requireTool(this, 'python3-pydicom');
      const { file, input } = phantomInput('topcon-3doct2000', {
        seed: 7,
        laterality: 'R',
        pathologies: ['macular-oedema'],
      });
      writeFileSync(path('made.dcm'), file.bytes);
      python(REWRITE, path('made.dcm'), path('source.dcm'), charset, ...text);
      const source = (await readPart10Header(path('source.dcm'))).dataSet;
      const { objects, defects } = buildResults({ ...input, source });
      expect(defects).to.deep.equal([]);
      expect(objects.map(({ kind }) => kind)).to.include.members(['segmentation', 'report']);
      const paths = objects.map(({ kind, bytes }) => {
        writeFileSync(path(`${kind}.dcm`), bytes);
        return path(`${kind}.dcm`);
      });
      for (const read of python(READ, ...paths) as readonly (readonly string[])[]) {
        expect(read).to.deep.equal([...text, '1.2.3.4']);
      }
    });
  }
});

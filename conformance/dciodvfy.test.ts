import { expect } from 'chai';
import { spawnSync } from 'node:child_process';

import { buildResults } from '../src/results/build.js';
import { HOSTILE_ATTRIBUTES } from '../test/support/hostile-attributes.js';
import { resultInput, type InputOptions } from '../test/support/result-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';
import { unexplainedMessages } from './dciodvfy.js';

const CASES: Readonly<Record<string, InputOptions>> = {
  'a right eye': { laterality: 'R' },
  'a left eye': { laterality: 'L' },
  'Topcon Maestro2': { dress: 'topcon-maestro2' },
  'a source without planes (Cirrus)': { dress: 'zeiss-cirrus' },
  'a source with planes on some frames only': { variations: ['missing-planes'] },
  'an eye without fluid or lesion': { lesions: [] },
  'an unknown device': { outcome: 'unknown-device' },
  'a scan too poor to be read': { outcome: 'poor-quality' },
  'a Japanese name': {
    patient: { PatientName: 'Yamada^Tarou=山田^太郎=やまだ^たろう', PatientID: '患者1' },
  },
  'a better and a poorer repeat of the scan': {
    otherScans: [
      { sopInstanceUid: '1.2.3.4', better: true, because: 'quality excellent against poor' },
      { sopInstanceUid: '1.2.3.5', better: false, because: 'number of B-scans 25 against 61' },
    ],
  },
  'private elements in the source': { variations: ['private-block'] },
  ...Object.fromEntries(
    Object.entries(HOSTILE_ATTRIBUTES).map(([name, patient]) => [`hostile: ${name}`, { patient }]),
  ),
};

describe('result objects under dciodvfy and dsrdump', () => {
  const path = temporaryFolder();

  for (const [name, options] of Object.entries(CASES)) {
    it(`has nothing to say of ${name}`, function () {
      requireTool(this, 'dciodvfy', 'dsrdump');
      const { objects, defects } = buildResults(resultInput(options));
      expect(defects).to.deep.equal([]);
      for (const object of objects) {
        expect(unexplainedMessages(object, path(`${object.kind}.dcm`))).to.deep.equal([]);
      }
      const { status } = spawnSync('dsrdump', [path('report.dcm')]);
      expect(status).to.equal(0);
    });
  }

  it('would say it of a defect', function () {
    requireTool(this, 'dciodvfy');
    const { objects } = buildResults(resultInput());
    const report = objects.find(({ kind }) => kind === 'report')!;
    const bytes = Buffer.from(report.bytes);
    bytes.write('MAYBE   ', bytes.indexOf('COMPLETE'), 'latin1');
    expect(unexplainedMessages({ ...report, bytes }, path('bad.dcm'))).not.to.deep.equal([]);
  });
});

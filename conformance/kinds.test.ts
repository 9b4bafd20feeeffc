import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

import { encodePart10, readPart10 } from '../src/dicom/part10.js';
import { buildResults } from '../src/results/build.js';
import { RESULT_KIND_NAMES } from '../src/values/result-kinds.js';
import type { InputOptions } from '../test/support/result-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';
import { PREDECESSOR, wholeInput } from '../test/support/whole-input.js';
import { unexplainedMessages } from './dciodvfy.js';
import { unexplainedInconsistencies } from './dcentvfy.js';
import { shadowOf } from './shadow.js';

const CASES: Readonly<Record<string, InputOptions>> = {
  'a right eye': {},
  'a left eye, Topcon': { dress: 'topcon-maestro2', laterality: 'L' },
  'a source without planes (Cirrus)': { dress: 'zeiss-cirrus' },
};

describe('every kind of object before public validators', () => {
  const path = temporaryFolder();

  function build(options: InputOptions) {
    const input = { ...wholeInput(options), predecessors: [PREDECESSOR] };
    const { objects, defects } = buildResults(input, RESULT_KIND_NAMES);
    expect(defects).to.deep.equal([]);
    return { input, objects };
  }

  for (const [name, options] of Object.entries(CASES)) {
    it(`dciodvfy has nothing to say of ${name}`, function () {
      requireTool(this, 'dciodvfy');
      for (const object of build(options).objects) {
        const messages = unexplainedMessages(object, path(`${object.kind}.dcm`));
        expect(messages, object.kind).to.deep.equal([]);
      }
    });

    it(`dcentvfy finds the objects of one study in ${name} and its results`, function () {
      requireTool(this, 'dcentvfy');
      const { input, objects } = build(options);
      writeFileSync(path('source.dcm'), encodePart10(input.source));
      const files = objects.map((object) => {
        const file = path(`${object.sopInstanceUid}.dcm`);
        writeFileSync(file, shadowOf(object));
        return file;
      });
      expect(unexplainedInconsistencies([path('source.dcm'), ...files])).to.deep.equal([]);
    });
  }

  it('dcentvfy would say it of another patient', function () {
    requireTool(this, 'dcentvfy');
    const { input, objects } = build({});
    writeFileSync(path('source.dcm'), encodePart10(input.source));
    const { dataSet } = readPart10(objects.find(({ kind }) => kind === 'report')!.bytes);
    writeFileSync(path('other.dcm'), encodePart10(dataSet.set('PatientName', 'Other^One')));
    expect(unexplainedInconsistencies([path('source.dcm'), path('other.dcm')])).not.to.deep.equal(
      [],
    );
  });

  it('dsrdump and dsr2html read every document', function () {
    requireTool(this, 'dsrdump', 'dsr2html');
    for (const { kind, bytes } of build({}).objects) {
      if (!['report', 'enhanced-report', 'key-objects'].includes(kind)) continue;
      writeFileSync(path('document.dcm'), bytes);
      for (const tool of ['dsrdump', 'dsr2html']) {
        const { status, stdout } = spawnSync(tool, [path('document.dcm')], { encoding: 'utf8' });
        expect(status, `${tool} ${kind}`).to.equal(0);
        // dsrdump cuts long texts off.
        if (tool === 'dsr2html') expect(stdout).to.match(/RESEARCH USE ONLY/u);
      }
    }
  });
});

import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { buildResults } from '../src/results/build.js';
import { etdrsGrid } from '../src/results/thickness/etdrs-grid.js';
import type { ResultInput } from '../src/results/result-input.js';
import { phantomInput } from '../test/support/phantom-input.js';
import { python } from '../test/support/pydicom.js';
import { resultInput } from '../test/support/result-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';
import { unexplainedMessages } from './dciodvfy.js';

const { input } = phantomInput(
  'topcon-maestro2',
  { seed: 7, laterality: 'L', pathologies: ['cnv', 'macular-oedema'] },
  { frames: 25, rows: 256, columns: 128 },
);

const CASES: Readonly<Record<string, ResultInput>> = {
  'an eye with CNV and oedema': input,
  'an unknown device': resultInput({ outcome: 'unknown-device' }),
  'a scan too poor to be read': resultInput({ outcome: 'poor-quality', dress: 'zeiss-cirrus' }),
  'a Japanese name': resultInput({
    patient: { PatientName: '山田^太郎=山田^太郎=やまだ^たろう', PatientID: '患者1' },
  }),
};

/** What other people's software makes of the two objects that hold the page. */
describe('the page as PDF and as Secondary Capture', () => {
  const path = temporaryFolder();

  function build(of: ResultInput) {
    const { objects, defects } = buildResults(of, ['page-pdf', 'page-picture']);
    expect(defects).to.deep.equal([]);
    const pages = objects.filter(({ kind }) => kind.startsWith('page'));
    for (const { kind, bytes } of pages) writeFileSync(path(`${kind}.dcm`), bytes);
    return pages;
  }

  function wordsOf(of: ResultInput): string {
    build(of);
    expect(spawnSync('dcm2pdf', [path('page-pdf.dcm'), path('page.pdf')]).status).to.equal(0);
    const { stdout, status } = spawnSync('pdftotext', ['-layout', path('page.pdf'), '-'], {
      encoding: 'utf8',
    });
    expect(status).to.equal(0);
    // The font writes some pairs of letters as one.
    return stdout.normalize('NFKC');
  }

  for (const [name, of] of Object.entries(CASES)) {
    it(`dciodvfy has nothing to say of ${name}`, function () {
      requireTool(this, 'dciodvfy');
      for (const object of build(of)) {
        const messages = unexplainedMessages(object, path('object.dcm'));
        expect(messages, object.kind).to.deep.equal([]);
      }
    });
  }

  it('pdftotext reads decision, eye, thickness, probabilities, models and that it is for research', function () {
    requireTool(this, 'dcm2pdf', 'pdftotext');
    const words = wordsOf(input);
    const { subfields } = etdrsGrid(input)!;
    for (const text of [
      'Urgent referral',
      'left (OS)',
      'Topcon',
      '82 % ± 5 %',
      'Move the retina away',
      'model set phantom 1',
      'octriage-referral-costs 1.0.0',
      'RESEARCH USE ONLY. Not a medical device.',
      'Choroidal neovascularisation',
      ...subfields.flatMap(({ um }) => (um === undefined ? [] : [um.toFixed(0)])),
    ]) {
      expect(words, text).to.include(text);
    }
    expect(words).not.to.match(/Not assessed/u);
  });

  it('says of what was not assessed why, and no class and no probability', function () {
    requireTool(this, 'dcm2pdf', 'pdftotext');
    const words = wordsOf(CASES['an unknown device']!);
    expect(words).to.match(/Not assessed/u);
    expect(words).to.match(/No profile for this manufacturer and model/u);
    expect(words).to.match(/RESEARCH USE ONLY/u);
    expect(words).not.to.match(/urgent|routine|observation only|±/iu);
  });

  it('pydicom and dcmtk see the same picture, of the right size and not blank', function () {
    requireTool(this, 'python3-pydicom', 'dcm2pnm');
    build(input);
    const read = python(
      `import json, sys, pydicom
d = pydicom.dcmread(sys.argv[1])
a = d.pixel_array
print(json.dumps({"shape": list(a.shape), "corner": [int(v) for v in a[0, 0]], "colours": len({tuple(int(v) for v in p) for p in a[::7, ::7].reshape(-1, 3)}), "eye": d.Laterality, "burned": d.BurnedInAnnotation, "sum": int(a.astype('int64').sum())}))`,
      path('page-picture.dcm'),
    ) as Record<string, unknown>;
    expect(read['shape']).to.deep.equal([1190, 1684, 3]);
    expect(read['corner']).to.deep.equal([255, 255, 255]);
    expect(read['colours']).to.be.greaterThan(500);
    expect([read['eye'], read['burned']]).to.deep.equal(['L', 'YES']);
    expect(
      spawnSync('dcm2pnm', ['--write-raw-pnm', path('page-picture.dcm'), path('page.ppm')]).status,
    ).to.equal(0);
    const ppm = readFileSync(path('page.ppm'));
    const pixels = ppm.subarray(ppm.length - 3 * 1684 * 1190);
    expect(pixels.reduce((sum, value) => sum + value, 0)).to.equal(read['sum']);
  });
});

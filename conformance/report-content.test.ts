import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

import { buildResults } from '../src/results/build.js';
import { etdrsGrid } from '../src/results/thickness/etdrs-grid.js';
import { python } from '../test/support/pydicom.js';
import { phantomInput } from '../test/support/phantom-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';
import { unexplainedMessages } from './dciodvfy.js';

interface Item {
  readonly name: string | null;
  readonly value: unknown;
  readonly children: readonly Item[];
}

/** Issue 7, point 2: each thing that the report must say, as pydicom reads it. */
describe('what the report says, read back by pydicom', () => {
  const path = temporaryFolder();
  const program = readFileSync(new URL('read_report.py', import.meta.url), 'utf8');

  for (const laterality of ['R', 'L'] as const) {
    describe(`of an eye with oedema and CNV: ${laterality}`, () => {
      const { input } = phantomInput(
        'topcon-maestro2',
        { seed: 5, laterality, pathologies: ['macular-oedema', 'cnv'] },
        { frames: 25, rows: 256, columns: 128 },
      );
      let groups: readonly (readonly Item[])[];
      const items = (name: string) => groups.flat().filter((item) => item.name === name);
      const modified = (name: string) =>
        items(name).map(({ value, children }) => [children[0]!.value, (value as number[])[0]]);

      before(function () {
        requireTool(this, 'python3-pydicom');
        const { objects, defects } = buildResults(input, ['enhanced-report']);
        expect(defects).to.deep.equal([]);
        for (const { kind, bytes } of objects) writeFileSync(path(`${kind}.dcm`), bytes);
        groups = (python(program, path('report.dcm')) as { groups: typeof groups }).groups;
      });

      it('dciodvfy, dsrdump and dsr2html have nothing to say, of Enhanced SR neither', function () {
        requireTool(this, 'dciodvfy', 'dsrdump', 'dsr2html');
        const { objects } = buildResults(input, ['enhanced-report']);
        for (const object of objects) {
          if (object.kind === 'segmentation') continue;
          expect(unexplainedMessages(object, path('object.dcm'))).to.deep.equal([]);
          for (const tool of ['dsrdump', 'dsr2html']) {
            expect(spawnSync(tool, [path('object.dcm')]).status, tool).to.equal(0);
          }
        }
      });

      it('thickness of each ETDRS subfield in µm and the total volume in mm3, at the right eye', () => {
        const grid = etdrsGrid(input)!;
        const group = groups.find((group) => group.some(({ value }) => value === 'STHICK'))!;
        const site = group.find(({ name }) => name === '363698007')!;
        expect([site.value, site.children[0]!.value]).to.deep.equal([
          '81745001',
          laterality === 'R' ? '24028007' : '7771000',
        ]);
        const item = (code: string) => group.find(({ name }) => name === code)?.value;
        expect(item('57108-3')).to.deep.equal([grid.centrePointUm, 'um']);
        for (const { code, um } of grid.subfields) {
          const read = item(code.value) as [number, string] | undefined;
          expect(read?.[0] ?? Number.NaN, code.meaning).to.be.closeTo(um ?? Number.NaN, 1e-6);
          expect(read?.[1]).to.equal('um');
        }
        expect(item('57118-2')).to.satisfy(
          (volume: [number, string]) => volume[1] === 'mm3' && volume[0] > 5 && volume[0] < 16,
        );
        expect(item('GRIDCENTRE')).to.equal(grid.centre.by === 'fovea' ? '67046006' : 'SCANCENTRE');
        expect(item('GRIDNOTE')).to.match(/frame \d+, column \d+/u);
      });

      it('surfaces with the share of A-scans that show them', () => {
        const shares = items('SURFSHARE').map(({ value }) => (value as number[])[0]!);
        expect(shares).to.have.length(3);
        expect(Math.min(...shares)).to.be.greaterThan(0.9);
      });

      it('quality with its reasons and advice', () => {
        expect(items('111101').map(({ value }) => value)).to.deep.equal(['RID13']);
        expect(items('QCRIT').map(({ value }) => value)).to.deep.equal([
          'Q01 signal: 21.4 grey levels (threshold 12 grey levels): passed',
          'Q04 clipping: 6.2 % (threshold 5 %): failed',
        ]);
        expect(items('QADVICE')[0]!.value).to.match(/^Move the retina/u);
      });

      it('class, four probabilities, spread over the ensemble, cost matrix, ten pathologies', () => {
        expect(items('REFSUG').map(({ value }) => value)).to.deep.equal(['R1']);
        expect(modified('REFPROB')).to.deep.equal([
          ['R1', 0.82],
          ['R2', 0.06],
          ['R3', 0.06],
          ['R4', 0.06],
        ]);
        expect(modified('REFSPREAD').map(([, spread]) => spread)).to.deep.equal([
          0.05, 0.03, 0.02, 0.01,
        ]);
        expect(items('REFCOST')[0]!.value).to.equal('octriage-referral-costs 1.0.0');
        expect(items('PATHPROB')).to.have.length(10);
      });

      it('the frames that matter, by their numbers in the source', () => {
        const frames = items('DECFRAME').flatMap(
          ({ value }) => (value as unknown[])[2] as number[],
        );
        expect(frames.length).to.be.greaterThan(0);
        expect(frames.every((frame) => frame >= 1 && frame <= 25)).to.equal(true);
        expect(
          items('DECFRAME').every(
            ({ value }) => (value as unknown[])[0] === input.sourceInstance.sopInstanceUid,
          ),
        ).to.equal(true);
      });

      it('what the decision would be without a finding, and between which volumes the networks lie', () => {
        const found = input.findings!.occlusion!.map(({ referral }) => referral.without);
        expect(modified('OCCPROB').map(([, value]) => value)).to.deep.equal(found.flat());
        const number = (item: Item) => (item.value as number[])[0]!;
        for (const group of groups) {
          const volume = group.find(({ name }) => name === '118565006');
          if (volume === undefined) continue;
          const least = number(group.find(({ name }) => name === 'VOLLEAST')!);
          const most = number(group.find(({ name }) => name === 'VOLMOST')!);
          expect(number(volume)).to.be.within(least * 0.999, most * 1.001);
        }
        expect(items('VOLDISPUTE').map(({ value }) => value)).to.deep.equal([[0.031, 'mm3']]);
      });

      it('normalisation, models, device and that it is for research', () => {
        expect(items('NORMSTEP')).to.have.length(1);
        expect(items('MODELSET')[0]!.value).to.match(/^phantom 1, SHA-256 (ab){32}$/u);
        expect(items('MODEL')).to.have.length(10);
        expect(items('USE').map(({ value }) => value)).to.deep.equal(['RUO']);
        expect(items('USETEXT')[0]!.value).to.match(/^RESEARCH USE ONLY/u);
      });
    });
  }

  it('says in words what was not measured: a source without planes, a scan that is too small', function () {
    requireTool(this, 'python3-pydicom');
    const { input } = phantomInput('zeiss-cirrus', {
      seed: 6,
      laterality: 'R',
      pathologies: ['drusen'],
    });
    const cropped = {
      ...input,
      volume: { ...input.volume!, spacing: { ...input.volume!.spacing, frame: 0.25 } },
      findings: { ...input.findings!, volumesNl: {} },
    };
    const { objects, defects } = buildResults(cropped);
    expect(defects).to.deep.equal([]);
    writeFileSync(path('report.dcm'), objects.at(-1)!.bytes);
    const read = python(program, path('report.dcm')) as { groups: readonly (readonly Item[])[] };
    const words = read.groups.flat().filter(({ name }) => name === 'NOTMEAS');
    expect(words.map(({ value }) => value)).to.satisfy(
      (list: string[]) =>
        list.length === 2 &&
        /ETDRS grid: too little was measured of outer superior/u.test(list[0]!) &&
        /no planes/u.test(list[1]!),
    );
  });
});

import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';

import { buildResults } from '../src/results/build.js';
import { TISSUE_CODES } from '../src/results/tissue-codes.js';
import { functionalGroups } from '../src/dicom/functional-groups.js';
import { python } from '../test/support/pydicom.js';
import { LESIONS, resultInput, SHAPE, type InputOptions } from '../test/support/result-input.js';
import { temporaryFolder } from '../test/support/temporary-folder.js';
import { requireTool } from '../test/support/tools.js';

interface ReadFrame {
  readonly segment: number;
  readonly sourceFrame: number;
  readonly sourceInstance: string;
  readonly position: readonly number[] | null;
  readonly voxels: readonly (readonly [number, number])[];
}

interface ReadSegmentation {
  readonly patient: readonly string[];
  readonly laterality: readonly string[];
  readonly segments: readonly string[];
  readonly tracking: readonly string[];
  readonly frameOfReference: string | null;
  readonly spacing: readonly number[];
  readonly frames: readonly ReadFrame[];
}

interface Item {
  readonly name: string | null;
  readonly value: unknown;
  readonly children: readonly Item[];
}

interface ReadReport {
  readonly patient: readonly string[];
  readonly date: readonly string[];
  readonly groups: readonly (readonly Item[])[];
}

const program = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');

/** The voxels of a lesion that a reader must find: row and column by frame of the volume. */
function expectedVoxels(tissue: string): ReadonlyMap<number, readonly (readonly number[])[]> {
  const box = LESIONS.find((lesion) => lesion.tissue === tissue)!;
  const voxels: number[][] = [];
  for (let row = box.rows[0]; row < box.rows[1]; row++) {
    for (let column = box.columns[0]; column < box.columns[1]; column++) voxels.push([row, column]);
  }
  const frames = new Map<number, number[][]>();
  for (let frame = box.frames[0]; frame < box.frames[1]; frame++) frames.set(frame, voxels);
  return frames;
}

describe('result objects read back by pydicom', () => {
  const path = temporaryFolder();

  function read(options: InputOptions) {
    const input = resultInput(options);
    for (const { kind, bytes } of buildResults(input).objects) {
      writeFileSync(path(`${kind}.dcm`), bytes);
    }
    return {
      input,
      segmentation: python(
        program('read_segmentation.py'),
        path('segmentation.dcm'),
      ) as ReadSegmentation,
      report: python(program('read_report.py'), path('report.dcm')) as ReadReport,
    };
  }

  const cases: Readonly<Record<string, InputOptions>> = {
    'first frame inferior (Spectralis)': { dress: 'heidelberg-spectralis' },
    'frames stored the other way round': { variations: ['reversed-frames'] },
    'left eye, Topcon': { dress: 'topcon-maestro2', laterality: 'L' },
    'without planes (Cirrus)': { dress: 'zeiss-cirrus' },
  };
  for (const [name, options] of Object.entries(cases)) {
    it(`shows the asymmetric mask where it is, on the source's own frames: ${name}`, function () {
      requireTool(this, 'python3-pydicom');
      const { input, segmentation } = read(options);
      const numbers = input.volume!.frameNumbers;
      expect(new Set(numbers).size).to.equal(SHAPE.frames);
      expect(segmentation.laterality[0]).to.equal(options.laterality === 'L' ? 'Left' : 'Right');
      expect(segmentation.segments).to.have.length(LESIONS.length);
      for (const { tissue } of LESIONS) {
        const segment = segmentation.segments.indexOf(TISSUE_CODES[tissue].type.value) + 1;
        const shown = segmentation.frames.filter((frame) => frame.segment === segment);
        const expected = expectedVoxels(tissue);
        expect(shown, tissue).to.have.length(expected.size);
        for (const { sourceFrame, voxels } of shown) {
          expect(voxels).to.deep.equal(expected.get(numbers.indexOf(sourceFrame)));
        }
      }
    });

    it(`has the geometry of the referenced source frame: ${name}`, function () {
      requireTool(this, 'python3-pydicom');
      const { input, segmentation } = read(options);
      const groups = functionalGroups(input.source);
      const planes = options.dress !== 'zeiss-cirrus';
      expect(segmentation.frameOfReference).to.equal(
        planes ? input.source.text('FrameOfReferenceUID') : null,
      );
      for (const { sourceFrame, sourceInstance, position } of segmentation.frames) {
        expect(sourceInstance).to.equal(input.sourceInstance.sopInstanceUid);
        const expected = groups
          .macro('PlanePositionSequence', sourceFrame - 1)
          ?.numbers('ImagePositionPatient');
        expect(position).to.deep.equal(planes ? expected : null);
      }
    });
  }

  it('says in the report what the segmentation shows, in mm3, and tracks the same things', function () {
    requireTool(this, 'python3-pydicom');
    const { input, segmentation, report } = read({});
    const { frame, axial, lateral } = input.volume!.spacing;
    const item = (group: readonly Item[], name: string) =>
      group.find((child) => child.name === name);
    const lesions = report.groups.filter((group) => item(group, '118565006') !== undefined);
    expect(lesions).to.have.length(7);
    for (const group of lesions) {
      const number = segmentation.segments.indexOf(item(group, '121071')!.value as string) + 1;
      const voxels = segmentation.frames
        .filter(({ segment }) => segment === number)
        .reduce((sum, { voxels: list }) => sum + list.length, 0);
      const [mm3, unit] = item(group, '118565006')!.value as [number, string];
      expect(unit).to.equal('mm3');
      expect(mm3).to.be.closeTo(voxels * frame * axial * lateral, 1e-12);
      if (number === 0) continue;
      expect(item(group, '112040')!.value).to.equal(segmentation.tracking[number - 1]);
      expect((item(group, '121191')!.value as unknown[])[1]).to.equal(number);
    }
    const referral = report.groups.find((group) => item(group, 'REFSUG') !== undefined)!;
    expect(item(referral, 'REFSUG')!.value).to.equal('R1');
    const probabilities = referral
      .filter(({ name }) => name === 'REFPROB')
      .map(({ value, children }) => [children[0]!.value, (value as number[])[0]]);
    expect(probabilities).to.deep.equal([
      ['R1', 0.7],
      ['R2', 0.2],
      ['R3', 0.08],
      ['R4', 0.02],
    ]);
    expect(referral.filter(({ name }) => name === 'PATHPROB')).to.have.length(10);
    expect(item(referral, 'USETEXT')!.value).to.match(
      /^RESEARCH USE ONLY\. Not a medical device\./u,
    );
  });

  it('keeps Japanese names in both objects', function () {
    requireTool(this, 'python3-pydicom');
    const PatientName = 'Yamada^Tarou=山田^太郎=やまだ^たろう';
    const { segmentation, report } = read({ patient: { PatientName, PatientID: '患者1' } });
    expect(segmentation.patient).to.deep.equal([PatientName, '患者1']);
    expect(report.patient).to.deep.equal([PatientName, '患者1']);
  });
});

import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { encodePart10 } from '../../src/dicom/part10.js';
import { EvaluationError } from '../../src/evaluation/errors.js';
import { truthOfLabels } from '../../src/evaluation/label-truth.js';
import { readNpy } from '../../src/evaluation/npy.js';
import { truthOfSegmentation } from '../../src/evaluation/segmentation-truth.js';
import { TISSUE_NAMES, TRUTH_LABELS } from '../../src/evaluation/truth.js';
import { labelMapDataSets } from '../../src/results/label-map/build.js';
import { segmentationDataSet } from '../../src/results/seg/build.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { python } from '../support/pydicom.js';
import { requireTool } from '../support/tools.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { wholeInput } from '../support/whole-input.js';

const { other, notAnnotated, anyFluid } = TRUTH_LABELS;

async function refusalOf(read: () => unknown): Promise<string> {
  try {
    await read();
  } catch (error) {
    if (error instanceof EvaluationError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('evaluation: what was drawn into a scan', () => {
  const folder = temporaryFolder();
  const input = wholeInput();
  const scan = input.volume as OctVolume;
  const { tissueMap } = input.findings!;
  const source = (uid: string, frame: number) =>
    uid === input.sourceInstance.sopInstanceUid ? frame : undefined;

  it('a segmentation of all tissues gives every voxel back its class, frame by frame', async () => {
    const path = folder('tissues.dcm');
    writeFileSync(path, encodePart10(segmentationDataSet(input, 'tissue-segmentation')!));
    const { labels, classes } = await truthOfSegmentation(path, {}, scan, source);
    expect(classes).to.include.members(['intraretinal-fluid', 'choroid', 'neurosensory-retina']);
    const drawn = new Set(classes.map((name) => TISSUE_NAMES.indexOf(name as never)));
    const expected = tissueMap.map((label) => (drawn.has(label) ? label : other));
    expect(Buffer.from(labels).equals(Buffer.from(expected))).to.equal(true);
  });

  it('a label map does too, and only the frames and classes that were looked at count', async () => {
    const path = folder('labels.dcm');
    const encoded = labelMapDataSets(input, 'label-map')[0]!;
    const rle = '1.2.840.10008.1.2.5';
    writeFileSync(path, encodePart10(encoded, rle));
    const annotation = { classes: ['intraretinal-fluid'], frames: [1, 2] } as const;
    const { labels, classes } = await truthOfSegmentation(path, annotation, scan, source);
    expect(classes).to.deep.equal(['intraretinal-fluid']);
    const fluid = tissueIndex('intraretinal-fluid');
    const size = scan.rows * scan.columns;
    const expected = tissueMap.map((label, i) =>
      scan.frameNumbers[Math.floor(i / size)]! > 2 ? notAnnotated : label === fluid ? label : other,
    );
    expect(expected.includes(fluid)).to.equal(true);
    expect(Buffer.from(labels).equals(Buffer.from(expected))).to.equal(true);
  });

  it('a segmentation of another scan, of another size, or without a known class is refused', async () => {
    const path = folder('other.dcm');
    const encoded = segmentationDataSet(input, 'tissue-segmentation')!;
    writeFileSync(path, encodePart10(encoded));
    expect(await refusalOf(() => truthOfSegmentation(path, {}, scan, () => undefined))).to.contain(
      'is of no frame of the scan',
    );
    const wider = { ...scan, columns: scan.columns + 1 };
    expect(await refusalOf(() => truthOfSegmentation(path, {}, wider, source))).to.contain(
      `${scan.rows} × ${scan.columns + 1}`,
    );
    const nothing = { classes: ['mirror-artefact'] } as const;
    expect(await refusalOf(() => truthOfSegmentation(path, nothing, scan, source))).to.contain(
      'none of its segments',
    );
  });

  describe('as NumPy writes it', () => {
    before(function () {
      requireTool(this, 'python3-pydicom');
    });
    const grid = { frames: 2, rows: 1, columns: 3, frameNumbers: [2, 1] };
    const npy = (expression: string) => {
      const path = folder('a.npy');
      python(`import sys, numpy as np; np.save(sys.argv[1], ${expression}); print('0')`, path);
      return import('node:fs').then(({ readFileSync }) => readNpy(readFileSync(path)));
    };

    it('frames stand in the order of the source, whatever the type', async () => {
      for (const type of ['uint8', 'int16', 'int64']) {
        const array = await npy(`np.array([[[4, 254, 255]], [[0, 3, 5]]], '${type}')`);
        const { labels } = truthOfLabels(array, {}, grid);
        expect([...labels], type).to.deep.equal([0, 3, 5, 4, other, notAnnotated]);
      }
    });

    it('columns of a scan that is stored the other way round are turned with it', async () => {
      const array = await npy('np.array([[[4, 254, 255]], [[0, 3, 5]]], "uint8")');
      const { labels } = truthOfLabels(array, {}, { ...grid, mirrored: true });
      expect([...labels]).to.deep.equal([5, 3, 0, notAnnotated, other, 4]);
    });

    it('a mask is fluid wherever it is not 0', async () => {
      const array = await npy('np.array([[[0, 255, 1]], [[0, 0, 9]]], "uint8")');
      const { labels } = truthOfLabels(array, { classes: ['fluid'], frames: [1] }, grid);
      const unseen = [notAnnotated, notAnnotated, notAnnotated];
      expect([...labels]).to.deep.equal([...unseen, other, anyFluid, anyFluid]);
    });

    for (const [what, expression, words] of [
      ['another shape', 'np.zeros((1, 1, 3), "uint8")', '1 × 1 × 3 for a scan of 2 × 1 × 3'],
      ['numbers with a fraction', 'np.zeros((2, 1, 3))', 'type <f8'],
      ['Fortran order', 'np.asfortranarray(np.zeros((2, 2, 3), "uint8"))', 'Fortran order'],
      ['a class that there is not', 'np.full((2, 1, 3), 99, "uint8")', 'no class 99'],
      ['negative values', 'np.full((2, 1, 3), -1, "int8")', 'negative'],
    ] as const) {
      it(`refuses ${what}`, async () => {
        expect(
          await refusalOf(async () => truthOfLabels(await npy(expression), {}, grid)),
        ).to.contain(words);
      });
    }
  });
});

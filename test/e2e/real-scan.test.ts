import { expect } from 'chai';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PNG } from 'pngjs';
import { NodeProcess } from '../../fixtures/node-process.js';
import { wrapVolume } from '../../fixtures/opt/opt-file.js';
import { DUKE_SPACING, readPngVolume } from '../../fixtures/opt/png-volume.js';
import { npyBytes } from '../../fixtures/phantom/npy.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { Orthanc } from '../support/orthanc.js';
import { run } from '../support/run.js';
import { storescu } from '../support/storescu.js';
import { PYTHON, requireTool } from '../support/tools.js';

/** Real scans lie beside the checkout and never in it (their licence: for development and evaluation only). */
const DUKE = fileURLToPath(new URL('../../../shared/data/duke-dme-dev', import.meta.url));
const UNMARKED = 255;

/** The manual fluid masks of subject 1, in the frame order of the volume. */
function fluidMasks(frames: number, rows: number, columns: number): Uint8Array {
  const masks = new Uint8Array(frames * rows * columns).fill(UNMARKED);
  const lines = readFileSync(join(DUKE, 'index.csv'), 'utf8').trim().split('\n').slice(1);
  for (const [file = '', subject, , slice] of lines.map((line) => line.split(','))) {
    if (subject !== '1') continue;
    const { data } = PNG.sync.read(readFileSync(join(DUKE, 'masks_fluid', file)));
    const start = (Number(slice) - 1) * rows * columns;
    for (let i = 0; i < rows * columns; i++) masks[start + i] = data[4 * i]! > 127 ? 1 : 0;
  }
  return masks;
}

describe('a real scan: 61 B-scans of an eye with diabetic macular oedema, as a Spectralis would send them', function () {
  this.timeout(180_000);
  let pacs: Orthanc;
  let node: NodeProcess;

  before(async function () {
    if (!existsSync(DUKE)) this.skip();
    requireTool(this, 'storescu', 'Orthanc', 'python3-pydicom');
    pacs = await Orthanc.prepare();
    await pacs.start();
    node = await NodeProcess.prepare({
      OCTRIAGE_DESTINATIONS: `PACS=${Orthanc.aeTitle}@127.0.0.1:${pacs.dicomPort}`,
    });
    await node.start();
  });

  after(async () => {
    // A skipped `before` has made neither.
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Orthanc | undefined)?.remove();
  });

  it('goes the whole way; its fluid overlap with the manual masks is reported, not asserted', async () => {
    const volume = readPngVolume(join(DUKE, 'subject01_volume'), DUKE_SPACING, 'R');
    const { bytes, uids } = wrapVolume(volume, { dress: 'heidelberg-spectralis', uidSeed: 'duke' });
    const path = join(node.folder, 'duke.dcm');
    writeFileSync(path, bytes);
    expect(await storescu(node.dimsePort, path)).to.be.true;

    let report: string | undefined;
    let segmentation: string | undefined;
    await node.waitUntil(
      'delivered',
      async () => {
        for (const { id, tags } of await pacs.instances()) {
          expect(tags['StudyInstanceUID']).to.equal(uids.study);
          if (tags['SOPClassUID'] === SOP_CLASSES.segmentation.uid) segmentation = id;
          if (tags['SOPClassUID'] === SOP_CLASSES.comprehensive3dSr.uid) report = id;
        }
        return report !== undefined;
      },
      120,
    );
    if (segmentation === undefined) {
      console.log('      no segmentation: fluid Dice 0 (see the report for why)');
      return;
    }
    const segPath = join(node.folder, 'seg.dcm');
    const maskPath = join(node.folder, 'masks.npy');
    writeFileSync(segPath, await pacs.file(segmentation));
    const { frames, rows, columns } = volume;
    writeFileSync(maskPath, npyBytes(fluidMasks(frames, rows, columns), [frames, rows, columns]));
    const script = fileURLToPath(new URL('../support/fluid_dice.py', import.meta.url));
    const { code, stdout, stderr } = await run(PYTHON, [script, segPath, maskPath]);
    expect(code, stderr).to.equal(0);
    const seen = JSON.parse(stdout) as { frames: number; dice: number };
    expect(seen.frames, 'B-scans with a manual mask').to.equal(11);
    console.log(`      fluid Dice over ${seen.frames} real B-scans: ${seen.dice.toFixed(3)}`);
  });
});

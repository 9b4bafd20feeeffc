import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { npyBytes } from '../../fixtures/phantom/npy.js';
import { loadGoldenScan } from '../../src/inference/golden-scan.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { labelBscan } from '../../src/inference/segmentation.js';
import { closeNetworks, openNetworks } from '../../src/inference/sessions.js';
import { MODELS } from '../inference/model-folder.js';
import { python } from '../support/pydicom.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { PYTHON } from '../support/tools.js';

const FINETUNE = fileURLToPath(new URL('../../models/training/finetune.py', import.meta.url));
const run = promisify(execFile);

/**
 * As a site's annotation tool would write it: pydicom, FRACTIONAL, labels of its own. To have something to learn that the
 * shipped network does not say, this site calls the retina intraretinal fluid.
 */
const WRITE_SEGMENTATION = `
import sys, numpy as np, pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid
scan, labels, out = sys.argv[1:4]
scan, labels = pydicom.dcmread(scan, stop_before_pixels=True), np.load(labels)
def item(**values):
    d = Dataset()
    for k, v in values.items(): setattr(d, k, v)
    return d
ds = item(SOPClassUID='1.2.840.10008.5.1.4.1.1.66.4', SOPInstanceUID=generate_uid(), Modality='SEG',
    SegmentationType='FRACTIONAL', SegmentationFractionalType='PROBABILITY', MaximumFractionalValue=200,
    Rows=labels.shape[1], Columns=labels.shape[2], SamplesPerPixel=1, PhotometricInterpretation='MONOCHROME2',
    BitsAllocated=8, BitsStored=8, HighBit=7, PixelRepresentation=0)
names = {1: ('Intraretinal fluid', 3), 2: ('Subretinal fluid', 5), 3: ('Our own thing', 11)}
ds.SegmentSequence = Sequence([item(SegmentNumber=n, SegmentLabel=l, SegmentAlgorithmType='MANUAL') for n, (l, _) in names.items()])
frames, groups = [], []
for number, (_, tissue) in names.items():
    for f in range(len(labels)):
        frames.append(np.where(labels[f] == tissue, 180, 0).astype('uint8'))
        source = item(ReferencedSOPClassUID=scan.SOPClassUID, ReferencedSOPInstanceUID=scan.SOPInstanceUID, ReferencedFrameNumber=f + 1)
        groups.append(item(SegmentIdentificationSequence=Sequence([item(ReferencedSegmentNumber=number)]),
            DerivationImageSequence=Sequence([item(SourceImageSequence=Sequence([source]))])))
ds.NumberOfFrames = len(frames)
ds.PerFrameFunctionalGroupsSequence = Sequence(groups)
ds.PixelData = np.stack(frames).tobytes()
ds.file_meta = FileMetaDataset()
ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
ds.file_meta.MediaStorageSOPClassUID, ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
ds.is_little_endian, ds.is_implicit_VR = True, False
ds.save_as(out, write_like_original=False)
print('0')
`;

describe('training: a site goes on from the shipped weights with its own DICOM scans', function () {
  this.timeout(300_000);
  const folder = temporaryFolder();
  const finetune = (out: string, ...options: string[]) => {
    const args = ['--truth', folder('labels.csv'), '--models', MODELS, ...options];
    return run(PYTHON, [FINETUNE, folder('scans'), folder(out), ...args], {
      env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE', PYTHONDONTWRITEBYTECODE: '1' },
    });
  };

  before(async function () {
    try {
      await run(PYTHON, ['-c', 'import torch, pydicom']);
    } catch (error) {
      if (process.env['CI'] === 'true') throw error;
      this.skip();
    }
    const size = { frames: 6, rows: 248, columns: 128 };
    const files = writeOptFiles(
      folder('scans'),
      [31, 32].map((seed) => ({
        dress: 'heidelberg-spectralis' as const,
        size,
        phantom: { seed, laterality: 'R' as const, pathologies: ['macular-oedema' as const] },
      })),
    );
    const rows = files.map(({ truth, storedFrames, uids, path }) => {
      const area = truth.rows * truth.columns;
      const stored = storedFrames.map((f) => truth.tissueMap.subarray(f * area, (f + 1) * area));
      const labels = npyBytes(Buffer.concat(stored), [truth.frames, truth.rows, truth.columns]);
      writeFileSync(folder(`${uids.instance}.npy`), labels);
      python(
        WRITE_SEGMENTATION,
        path,
        folder(`${uids.instance}.npy`),
        folder(`${uids.instance}-seg.dcm`),
      );
      return `${uids.instance},${uids.instance}-seg.dcm`;
    });
    writeFileSync(folder('labels.csv'), ['scan,segmentation', ...rows].join('\n'));
  });

  it('without a step it is the shipped network: nothing is lost on the way through the file', async () => {
    await finetune('same', '--steps', '0', '--held-out', '0.5');
    const shape = [1, 3, 256, 256] as const;
    const input = Float32Array.from({ length: 3 * 256 * 256 }, (_, i) => ((i * 31) % 97) / 97);
    const answers: Uint8Array[] = [];
    for (const models of [MODELS, folder('same')]) {
      const networks = await openNetworks(loadModelSet(models), { providers: ['cpu'], threads: 1 });
      answers.push(await labelBscan(networks.segmentation[0]!, input, shape));
      await closeNetworks(networks);
    }
    const alike = answers[0]!.filter((label, i) => label === answers[1]![i]).length;
    expect(alike / answers[0]!.length).to.be.above(0.999);
  });

  it('learns, measures what was held out before and after, and makes a set that the program accepts', async () => {
    const options = ['--steps', '8', '--batch', '2', '--rate', '1e-3', '--held-out', '0.5'];
    await finetune('site', ...options, '--name', 'clinic');
    const set = loadModelSet(folder('site'));
    const shipped = loadModelSet(MODELS);
    expect([set.name, set.dropped]).to.deep.equal(['clinic', []]);
    expect(set.segmentation).to.have.length(shipped.segmentation.length);
    expect(set.segmentation[0]!.sha256).not.to.equal(shipped.segmentation[0]!.sha256);
    expect(loadGoldenScan(folder('site'), set.digest)).not.to.equal(undefined);
    const { training, evaluation } = JSON.parse(
      readFileSync(folder('site/manifest.json'), 'utf8'),
    ) as {
      training: {
        from: { manifest: string };
        fineTuning: { scans: number; losses: { before: number; after: number }[] };
      };
      evaluation: { fineTuning: { heldOutScans: number; dice: { after: Record<string, number> } } };
    };
    expect(training.from.manifest).to.equal(shipped.digest);
    expect(training.fineTuning.scans).to.equal(1);
    for (const { before, after } of training.fineTuning.losses) expect(after).to.be.below(before);
    const { heldOutScans, dice } = evaluation.fineTuning;
    expect(heldOutScans).to.equal(1);
    expect(dice.after['intraretinal-fluid']).to.be.within(0, 1);
    expect(dice.after['choroid'], 'a segment that is no class of ours').to.equal(null);
  });

  it('overwrites no model set', async () => {
    const refusal = await finetune('same').catch((error: unknown) => String(error));
    expect(refusal).to.contain('is not overwritten');
  });
});

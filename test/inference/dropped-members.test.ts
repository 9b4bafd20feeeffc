import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { anotherFile } from '../../bench/ensemble.js';
import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks, type Network } from '../../src/inference/sessions.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { tissueIndex } from '../../src/values/tissue.js';
import { constant, networksOf, uniform } from './fake-networks.js';
import { ModelFolder, sha256 } from './model-folder.js';

const RETINA = tissueIndex('neurosensory-retina');
const CHOROID = tissueIndex('choroid');
const VOLUME: OctVolume = {
  frames: 4,
  rows: 64,
  columns: 32,
  voxels: new Uint8Array(4 * 64 * 32).fill(90),
  spacing: { frame: 0.12, axial: 0.0078, lateral: 0.02 },
  laterality: 'L',
  frameNumbers: [1, 2, 3, 4],
  profile: { id: 'test', because: 'test', evidence: 'none' },
  steps: [],
};
const URGENT = [1, 0, 0, 0];

/** Works for some B-scans, then throws as ONNX Runtime does. */
function breaking(file: string, after: number): Network {
  const sound = uniform(file, CHOROID);
  let runs = 0;
  return {
    ...sound,
    run: (input, shape) =>
      runs++ < after ? sound.run(input, shape) : Promise.reject(new Error('CUDA failure 700')),
  };
}

describe('inference: a member that fails', () => {
  it('is dropped in the middle of a scan, and leaves no trace in the answer', async () => {
    const sound = [uniform('b', RETINA), uniform('c', RETINA)];
    const classifiers = [constant('d', URGENT)];
    const found = await infer(VOLUME, networksOf([breaking('a', 2), ...sound], classifiers));
    const { dropped, ...without } = found;
    expect(dropped).to.have.length(1);
    expect(dropped?.[0]).to.include({ role: 'segmentation', file: 'a' });
    expect(without).to.deep.equal(await infer(VOLUME, networksOf(sound, classifiers)));
  });

  it('is dropped when its probabilities are not numbers', async () => {
    const networks = networksOf(
      [uniform('a', RETINA)],
      [constant('c', [NaN, 0, 0, 1]), constant('d', URGENT)],
    );
    const found = await infer(VOLUME, networks);
    expect(found.referral).to.deep.equal([URGENT]);
    expect(found.dropped?.map(({ file }) => file)).to.deep.equal(['c']);
  });

  it('below the minimum of the manifest the scan is not assessed', async () => {
    const networks = networksOf(
      [uniform('a', RETINA), uniform('b', RETINA, NaN)],
      [constant('c', URGENT)],
    );
    const manifest = {
      ...networks.manifest,
      segmentation: { ...networks.manifest.segmentation, minimumMembers: 2 },
    };
    const error: unknown = await infer(VOLUME, { ...networks, manifest }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('code', 'OCT_NETWORK_OUTPUT_INVALID');
    expect(error).to.have.property('message').that.includes('1 of 2 segmentation networks left');
  });

  it('on a GPU is the loss of the provider, not of the member', async () => {
    const networks = networksOf([breaking('a', 1)], [constant('c', URGENT)]);
    const error: unknown = await infer(VOLUME, { ...networks, executionProvider: 'cuda' }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('code', 'OCT_PROVIDER_LOST');
  });

  it('whose file is corrupt is left out of the set, and named', async () => {
    const folder = new ModelFolder();
    try {
      const shipped = readFileSync(folder.file('phantom-seg-0.onnx'));
      folder.changeManifest((manifest) => {
        const { members } = manifest['segmentation'] as { members: Record<string, unknown>[] };
        for (const n of [1, 2]) {
          const other = anotherFile(shipped, n);
          const file = `phantom-seg-${String(n)}.onnx`;
          writeFileSync(folder.file(file), other);
          members.push({ ...members[0]!, file, sha256: sha256(other), bytes: other.length });
        }
      });
      writeFileSync(folder.file('phantom-seg-1.onnx'), 'corrupt');
      const networks = await openNetworks(loadModelSet(folder.path), {
        providers: ['cpu'],
        threads: 1,
      });
      expect(networks.segmentation).to.have.length(2);
      expect(networks.dropped.map(({ file, reason }) => `${file} ${reason}`)).to.deep.equal([
        'phantom-seg-1.onnx OCT_MODEL_FILE_CHANGED',
      ]);
    } finally {
      folder.remove();
    }
  });
});

describe('inference: what the members disagree on', () => {
  it('is told A-scan by A-scan, as a volume, and member by member', async () => {
    const { disagreement } = await infer(
      VOLUME,
      networksOf([uniform('a', RETINA), uniform('b', CHOROID)], [constant('c', URGENT)]),
    );
    const { rows, spacing } = VOLUME;
    const depth = rows * spacing.axial * 1000;
    expect(disagreement?.depthUm.every((um) => Math.abs(um - depth) < 1e-3)).to.equal(true);
    const field = 4 * 32 * spacing.frame * spacing.lateral;
    expect(disagreement?.volumeNl).to.be.closeTo(depth * field, 1e-3);
    expect(disagreement?.volumesNl).to.have.length(2);
  });

  it('is nothing where they agree, and not told of a single member', async () => {
    const classifiers = [constant('c', URGENT)];
    const agreed = await infer(
      VOLUME,
      networksOf([uniform('a', RETINA), uniform('b', RETINA)], classifiers),
    );
    expect(agreed.disagreement?.volumeNl).to.equal(0);
    const single = await infer(VOLUME, networksOf([uniform('a', RETINA)], classifiers));
    expect(single).to.not.have.property('disagreement');
  });
});

import { expect } from 'chai';
import { InferenceError } from '../../src/inference/errors.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { closeNetworks, openNetworks } from '../../src/inference/sessions.js';
import { ModelFolder } from './model-folder.js';

interface Tensor {
  name: string;
  dtype: string;
  shape: (number | string)[];
}
type Manifest = Record<'segmentation' | 'classification', { input: Tensor; outputs: Tensor[] }>;

/** Opens the shipped networks under a manifest that says something else of them. */
async function refusalUnder(change: (manifest: Manifest) => void): Promise<string> {
  const folder = new ModelFolder();
  try {
    folder.changeManifest((manifest) => {
      change(manifest as unknown as Manifest);
    });
    const set = loadModelSet(folder.path);
    await closeNetworks(await openNetworks(set, { providers: ['cpu'], threads: 1 }));
    return 'accepted';
  } catch (error) {
    if (error instanceof InferenceError) return `${error.code} ${error.message}`;
    throw error;
  } finally {
    folder.remove();
  }
}

describe('inference: a network is what its manifest says', () => {
  it('the shipped one is', async () => {
    expect(await refusalUnder(() => undefined)).to.equal('accepted');
  });

  for (const [what, change, words] of [
    [
      'another shape of the input',
      ({ classification }: Manifest) => (classification.input.shape[2] = 48),
      'the manifest says float32 n × 19 × 48 × 128',
    ],
    [
      'another number of dimensions',
      ({ segmentation }: Manifest) => segmentation.input.shape.pop(),
      'bscans is float32',
    ],
    [
      'another number of classes',
      ({ classification }: Manifest) => (classification.outputs[0]!.shape[1] = 5),
      'referral is float32',
    ],
    [
      'another type',
      ({ segmentation }: Manifest) => (segmentation.outputs[0]!.dtype = 'float32'),
      'labels is uint8',
    ],
    [
      'an output that is not there',
      ({ segmentation }: Manifest) => (segmentation.outputs[0]!.name = 'logits'),
      'logits is missing',
    ],
  ] as const) {
    it(`refuses ${what}, and says what is and what should be`, async () => {
      const refusal = await refusalUnder(change);
      expect(refusal).to.contain('OCT_MODEL_CONTRACT_BROKEN').and.to.contain(words);
    });
  }
});

import { expect } from 'chai';
import { rmSync, writeFileSync } from 'node:fs';

import type { InferenceErrorCode } from '../../src/inference/errors.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks } from '../../src/inference/sessions.js';
import { ModelFolder, MODELS, sha256 } from './model-folder.js';

describe('inference: a model set is checked before it is used', () => {
  let folder: ModelFolder;
  beforeEach(() => (folder = new ModelFolder()));
  afterEach(() => {
    folder.remove();
  });

  it('accepts the set that ships with the program, and the same set has the same digest', () => {
    const set = loadModelSet(MODELS);
    expect(set.segmentation).to.not.be.empty;
    expect(set.classification).to.not.be.empty;
    expect(set.digest).to.match(/^[0-9a-f]{64}$/);
    expect(loadModelSet(MODELS).digest).to.equal(set.digest);
  });

  type Manifest = Record<string, unknown>;
  const firstMember = (manifest: Manifest, role: string) =>
    (manifest[role] as { members: Record<string, unknown>[] }).members[0]!;
  const refusals: readonly (readonly [
    string,
    InferenceErrorCode,
    (folder: ModelFolder) => void,
  ])[] = [
    [
      'there is no manifest',
      'OCT_MODEL_MANIFEST_UNREADABLE',
      (changed) => {
        rmSync(changed.file('manifest.json'));
      },
    ],
    [
      'the manifest is not JSON',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        writeFileSync(changed.file('manifest.json'), '{');
      },
    ],
    [
      'a field is unknown',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => (manifest['gird'] = {}));
      },
    ],
    [
      'the schema is a later one',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => (manifest['schemaVersion'] = 2));
      },
    ],
    [
      'the research-use notice is gone',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => (manifest['notice'] = 'For everybody.'));
      },
    ],
    [
      'a file name points outside the folder',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => {
          firstMember(manifest, 'segmentation')['file'] = '../other.onnx';
        });
      },
    ],
    [
      'an ensemble has fewer members than it needs',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => {
          const network = manifest['segmentation'] as {
            members: unknown[];
            minimumMembers: number;
          };
          network.minimumMembers = network.members.length + 1;
        });
      },
    ],
    [
      'a member is there twice',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => {
          const { members } = manifest['classification'] as { members: unknown[] };
          members.push(members[0]);
        });
      },
    ],
    [
      'the training scans were measured by other statistics',
      'OCT_MODEL_MANIFEST_INVALID',
      (changed) => {
        changed.changeManifest((manifest) => {
          manifest['likeness'] = { statistics: ['mean'], mean: [0], precision: [[1]] };
        });
      },
    ],
    [
      'two tissue classes have changed places',
      'OCT_MODEL_CLASSES_DIFFER',
      (changed) => {
        changed.changeManifest((manifest) => {
          const classes = manifest['classes'] as { name: string }[];
          [classes[4]!.name, classes[5]!.name] = [classes[5]!.name, classes[4]!.name];
        });
      },
    ],
    [
      'a referral class is missing',
      'OCT_MODEL_CLASSES_DIFFER',
      (changed) => {
        changed.changeManifest((manifest) => (manifest['referralClasses'] as string[]).pop());
      },
    ],
    [
      'a network file is missing',
      'OCT_MODEL_FILE_MISSING',
      (changed) => {
        rmSync(changed.file('phantom-seg-0.onnx'));
      },
    ],
    [
      'a network file is another one',
      'OCT_MODEL_FILE_CHANGED',
      (changed) => {
        writeFileSync(changed.file('phantom-cls-0.onnx'), 'other');
      },
    ],
    [
      'the cost matrix is another one',
      'OCT_MODEL_FILE_CHANGED',
      (changed) => {
        writeFileSync(changed.file('decision.json'), '{}');
      },
    ],
  ];
  for (const [title, code, damage] of refusals) {
    it(`refuses with ${code} when ${title}`, () => {
      damage(folder);
      expect(() => loadModelSet(folder.path))
        .to.throw()
        .with.property('code', code);
    });
  }

  it('refuses a file that is no network, with every provider that was tried', async () => {
    const bytes = Buffer.from('no network');
    writeFileSync(folder.file('phantom-cls-0.onnx'), bytes);
    folder.changeManifest((manifest) => {
      firstMember(manifest, 'classification')['sha256'] = sha256(bytes);
    });
    const error = await openNetworks(loadModelSet(folder.path), {
      providers: ['cpu'],
      threads: 1,
    }).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'OCT_MODEL_NOT_LOADABLE');
    expect(error).to.have.property('message').that.includes('cpu:');
  });

  it('refuses a network whose inputs are not those of the manifest', async () => {
    folder.changeManifest((manifest) => {
      (manifest['classification'] as { input: { name: string } }).input.name = 'maps';
    });
    const error = await openNetworks(loadModelSet(folder.path), {
      providers: ['cpu'],
      threads: 1,
    }).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'OCT_MODEL_CONTRACT_BROKEN');
  });

  it('refuses a file that changed after the set was checked', async () => {
    const set = loadModelSet(folder.path);
    writeFileSync(folder.file('phantom-seg-0.onnx'), 'other');
    const error = await openNetworks(set, { providers: ['cpu'], threads: 1 }).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('code', 'OCT_MODEL_FILE_CHANGED');
  });

  it('falls back to the next provider where there is no GPU, and says which one runs', async () => {
    const networks = await openNetworks(loadModelSet(MODELS), {
      providers: ['cuda', 'cpu'],
      threads: 1,
    });
    expect(networks.executionProvider).to.be.oneOf(['cuda', 'cpu']);
  });
});

import { expect } from 'chai';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { ModelFolder } from '../inference/model-folder.js';
import { MAIN } from '../support/main.js';
import { anxiousSet } from '../support/model-sets.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('octriage models: sets side by side', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  const octriage = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    run(process.execPath, [MAIN, 'models', ...args], {
      env: {
        ...cleanEnvironment(),
        OCTRIAGE_DATA_DIR: folder('data'),
        OCTRIAGE_MODEL_SETS: folder('sets'),
        OCTRIAGE_INFERENCE_THREADS: '1',
        ...environment,
      },
    });

  before(() => {
    const anxious = anxiousSet();
    cpSync(anxious.path, folder('sets/anxious'), { recursive: true });
    anxious.remove();
    const broken = new ModelFolder();
    const network = broken.file('decision.json');
    writeFileSync(network, readFileSync(network, 'utf8').replace('30', '31'));
    cpSync(broken.path, folder('sets/broken'), { recursive: true });
    broken.remove();
  });

  it('list: each set with its role, and why one cannot be used', async () => {
    const { code, stdout, stderr } = await octriage(['list']);
    expect(code).to.equal(1);
    expect(stdout).to.match(/bundled +active +phantom .* members, sha256:[0-9a-f]{12}/);
    expect(stdout).to.match(/anxious {2,}anxious/);
    expect(stderr).to.match(/broken .*cannot be used: .*OCT_MODEL_FILE_CHANGED/);
  });

  it('verify: opens every network of a sound set; refuses a wrong digest and wrong classes', async () => {
    const sound = await octriage(['verify', 'anxious']);
    expect(sound.code, sound.stderr).to.equal(0);
    expect(sound.stdout).to.contain('schema, digests, classes and shapes agree');
    const broken = await octriage(['verify', 'broken']);
    expect(broken.code).to.equal(1);
    expect(broken.stderr).to.contain('OCT_MODEL_FILE_CHANGED');
    const classes = new ModelFolder();
    classes.changeManifest((manifest) => {
      (manifest['referralClasses'] as string[]).reverse();
    });
    const reversed = await octriage(['verify', classes.path]);
    classes.remove();
    expect(reversed.code).to.equal(1);
    expect(reversed.stderr).to.contain('OCT_MODEL_CLASSES_DIFFER');
    const unknown = await octriage(['verify', 'nothing']);
    expect(unknown.code).to.equal(2);
    expect(unknown.stderr).to.contain('there are bundled, anxious, broken');
  });

  it('use: chooses for the next start, one active and one in shadow, and never a broken one', async () => {
    expect((await octriage(['use', 'broken'])).code).to.equal(1);
    expect((await octriage(['use', 'anxious'])).code).to.equal(0);
    expect((await octriage(['use', 'bundled', '--shadow'])).code).to.equal(0);
    const { stdout } = await octriage(['list']);
    expect(stdout)
      .to.match(/bundled +shadow/)
      .and.to.match(/anxious +active/);
    expect((await octriage(['use', 'none', '--shadow'])).code).to.equal(0);
    expect((await octriage(['use', 'bundled'])).code).to.equal(0);
    const back = await octriage(['list']);
    expect(back.stdout)
      .to.match(/bundled +active/)
      .and.not.to.match(/shadow/);
    const set = await octriage(['use', 'anxious'], { OCTRIAGE_MODELS: folder('sets/broken') });
    expect(set.code).to.equal(2);
    expect(set.stderr).to.contain('OCTRIAGE_MODELS names');
  });

  it('compare: says on which scans of a folder two sets decide otherwise', async () => {
    writeOptFiles(folder('scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 12, rows: 248, columns: 128 },
        phantom: { seed: 5, laterality: 'R', pathologies: ['drusen'] },
      },
    ]);
    const { code, stdout } = await octriage(['compare', 'bundled', 'anxious', folder('scans')]);
    expect(code).to.equal(0);
    expect(stdout).to.match(/\.dcm: A (routine|semi-urgent|observation-only), B urgent/);
    expect(stdout).to.contain('B more urgent: 1, less urgent: 0');
    expect(stdout).to.contain('0 of 1 scans decided alike');
    const empty = await octriage(['compare', 'bundled', 'anxious']);
    expect(empty.code).to.equal(1);
    expect(empty.stderr).to.contain('OCTRIAGE_SHADOW_MODELS');
  });
});

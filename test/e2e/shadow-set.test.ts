import { expect } from 'chai';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { readShadowReadings } from '../../src/archive/shadow-readings.js';
import type { ModelFolder } from '../inference/model-folder.js';
import { MAIN } from '../support/main.js';
import { anxiousSet } from '../support/model-sets.js';
import { run } from '../support/run.js';

describe('a model set in shadow', function () {
  this.timeout(180_000);
  let node: NodeProcess;
  let receiver: Receiver;
  let anxious: ModelFolder;

  before(async () => {
    anxious = anxiousSet();
    const prepared = await NodeProcess.prepare();
    receiver = await startReceiver('PACS', join(prepared.folder, 'PACS'));
    const settings = {
      OCTRIAGE_DESTINATIONS: `PACS=PACS@127.0.0.1:${String(receiver.port)}`,
      OCTRIAGE_SHADOW_MODELS: anxious.path,
      OCTRIAGE_INFERENCE_THREADS: '1',
    };
    node = await NodeProcess.prepare(settings, prepared.folder);
    await node.start();
  });
  after(async () => {
    await receiver.close();
    await node.remove();
    anxious.remove();
  });

  it('reads each scan too; its results are kept and compared, and only the active set’s are sent', async () => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 12, rows: 248, columns: 128 },
        phantom: { seed: 5, laterality: 'R', pathologies: ['drusen'] },
      },
    ]);
    const to = `OCTRIAGE@127.0.0.1:${String(node.dimsePort)}`;
    const sent = await run(process.execPath, [MAIN, 'send', file!.path, '--to', to]);
    expect(sent.code, sent.stderr).to.equal(0);
    const data = join(node.folder, 'data');
    const read = async () => (await readShadowReadings(data))[0]?.shadow !== undefined;
    await node.waitUntil('read in shadow', read, 120);
    await node.waitUntil('delivered', () => Promise.resolve(receiver.received.length >= 1), 60);
    const [reading] = await readShadowReadings(data);
    expect(reading?.active).to.have.property('kind', 'assessed').and.not.equal(undefined);
    expect(reading?.shadow).to.have.property('referral', 'urgent');
    expect(reading?.active).not.to.have.property('referral', 'urgent');
    const [folder] = readdirSync(join(data, 'shadow'));
    const kept = readdirSync(join(data, 'shadow', folder!));
    expect(kept.some((name) => name.endsWith('-report.dcm'))).to.equal(true);
    expect(new Set(receiver.received.map(({ sopInstanceUid }) => sopInstanceUid)).size).to.equal(
      receiver.received.length,
    );
    const compared = await run(
      process.execPath,
      [MAIN, 'models', 'compare', 'bundled', anxious.path],
      { env: { ...process.env, OCTRIAGE_DATA_DIR: data } },
    );
    expect(compared.code, compared.stderr).to.equal(0);
    expect(compared.stdout).to.contain('B more urgent: 1, less urgent: 0');
  });

  it('C12, C19: a reader says what is right, while the node runs; sets and evaluation are held to it', async () => {
    const data = join(node.folder, 'data');
    const octriage = (...args: string[]) =>
      run(process.execPath, [MAIN, ...args], {
        env: { ...process.env, OCTRIAGE_DATA_DIR: data, OCTRIAGE_INFERENCE_THREADS: '1' },
      });
    const report = receiver.received.find(({ sopClassUid }) => sopClassUid.includes('.88.'));
    const said = ['--referral', 'urgent', '--reason', 'lesion-missed', '--reader', 'reader-7'];
    const swapped = await octriage(
      'feedback',
      'add',
      report!.sopInstanceUid,
      'over-referred',
      ...said,
    );
    expect(swapped.code).to.equal(1);
    expect(swapped.stderr).to.contain('OCT_FEEDBACK_INVALID').and.contain("'under-referred'");
    const added = await octriage(
      'feedback',
      'add',
      report!.sopInstanceUid,
      'under-referred',
      ...said,
    );
    expect(added.code, added.stderr).to.equal(0);
    const told = await octriage('feedback', 'report');
    expect(told.stdout)
      .to.contain('False negatives: under-referred: 1, 100.0 %')
      .and.contain('1 × lesion-missed')
      .and.match(/heidelberg-spectralis\S*\); (excellent|acceptable|poor)/);
    const compared = await octriage('models', 'compare', 'bundled', anxious.path);
    expect(compared.stdout)
      .to.contain('A 0 right, 1 under-referred')
      .and.contain('B 1 right, 0 under-referred');
    const { stdout: labels } = await octriage('feedback', 'list', '--csv');
    writeFileSync(join(node.folder, 'labels.csv'), labels);
    const truth = [
      '--truth',
      join(node.folder, 'labels.csv'),
      '--out',
      join(node.folder, 'report'),
    ];
    const evaluated = await octriage('evaluate', ...truth, join(data, 'archive'));
    expect(evaluated.stdout, evaluated.stderr).to.contain('1 under-referred, 0 over-referred');
  });

  it('one that cannot be used is a clear refusal to start', async () => {
    const wrong = await run(process.execPath, [MAIN, 'serve'], {
      env: {
        ...process.env,
        OCTRIAGE_DATA_DIR: join(node.folder, 'other'),
        OCTRIAGE_SHADOW_MODELS: join(node.folder, 'nothing'),
      },
    });
    expect(wrong.code).to.equal(1);
    expect(wrong.stderr).to.contain('OCT_MODEL_MANIFEST_UNREADABLE');
    expect(existsSync(join(node.folder, 'other', 'shadow'))).to.equal(false);
  });
});

import { expect } from 'chai';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { cleanEnvironment, NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';

const MODELS = fileURLToPath(new URL('../../models', import.meta.url));

describe('R1: a ledger that is destroyed comes back from its backup and from the archive', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  let pacs: Receiver;

  before(async () => {
    node = await NodeProcess.prepare();
    pacs = await startReceiver('PACS', join(node.folder, 'pacs'));
    mkdirSync(join(node.folder, 'data'));
    const destination = { name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: pacs.port };
    writeFileSync(beside('tables.json'), JSON.stringify({ destinations: [destination] }));
    writeFileSync(beside('model-sets.json'), JSON.stringify({ active: MODELS }));
    await node.start();
  });
  after(async () => {
    await (pacs as Receiver | undefined)?.close();
    await (node as NodeProcess | undefined)?.remove();
  });

  const beside = (name: string) => join(node.folder, 'data', name);
  const FILES = ['installation.uid', 'tables.json', 'model-sets.json'];
  const contents = () => FILES.map((name) => readFileSync(beside(name), 'utf8'));

  function octriage(...args: readonly string[]) {
    return run(process.execPath, [MAIN, ...args], {
      cwd: node.folder,
      env: { ...cleanEnvironment(), OCTRIAGE_DATA_DIR: join(node.folder, 'data') },
    });
  }

  async function sendScan(seed: number): Promise<void> {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      { dress: 'unknown', phantom: { seed, laterality: 'R', pathologies: [] } },
    ]);
    const to = `OCTRIAGE@127.0.0.1:${node.dimsePort}`;
    const { code, stderr } = await octriage('send', file!.path, '--to', to);
    expect(code, stderr).to.equal(0);
  }

  it('nothing that was acknowledged is lost, and what was delivered is not read again', async () => {
    const delivered = (count: number) =>
      node.waitUntil('delivered', () => Promise.resolve(pacs.received.length >= count), 60);
    await sendScan(1);
    await delivered(1);
    const backup = join(node.folder, 'backup.sqlite');
    const backedUp = await octriage('backup', backup);
    expect(backedUp.code, backedUp.stderr).to.equal(0);
    expect(backedUp.stdout.trim()).to.equal(backup);
    await sendScan(2);
    await delivered(2);
    const running = await octriage('restore', backup);
    expect(running.code).to.equal(1);
    expect(running.stderr).to.contain('OCT_ARCHIVE_IN_USE');

    await node.kill();
    writeFileSync(beside('ledger.sqlite'), 'destroyed');
    const chosen = contents();
    for (const name of FILES) rmSync(beside(name));
    const restored = await octriage('restore', backup);
    expect(restored.code, restored.stderr).to.equal(0);
    expect(restored.stdout).to.contain(`Put back: ${FILES.join(', ')}.`);
    expect(contents()).to.deep.equal(chosen);
    expect(restored.stdout).to.match(/1 objects put on record, 1 were, 0 left\./);
    const before = pacs.received.length;
    await node.start();
    await delivered(before + 1);
    await sendScan(3);
    await delivered(before + 2);
    const uids = pacs.received.map(({ sopInstanceUid }) => sopInstanceUid);
    expect(
      new Set(uids).size,
      'three reports; that of the second came again under its UID',
    ).to.equal(3);
    expect(uids).to.have.length(4);
    expect(uids[2]).to.equal(uids[1]);
  });
});

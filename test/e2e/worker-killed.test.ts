import { expect } from 'chai';
import { NodeProcess } from '../../fixtures/node-process.js';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { join } from 'node:path';
import { run } from '../support/run.js';
import { MAIN } from '../support/main.js';

/** The process ids that the log has named as workers, the newest last. */
function workerIds(output: string): number[] {
  return [...output.matchAll(/"message":"worker ready","modelSet":"[^"]*","processId":(\d+)/g)].map(
    ([, id]) => Number(id),
  );
}

describe('R31, R40: a worker that dies with a scan in hand', function () {
  this.timeout(120_000);
  let node: NodeProcess;
  let receiver: Receiver;

  before(async () => {
    node = await NodeProcess.prepare();
    receiver = await startReceiver('PACS', join(node.folder, 'pacs'));
    node = await NodeProcess.prepare(
      { OCTRIAGE_DESTINATIONS: `PACS=PACS@127.0.0.1:${receiver.port}` },
      node.folder,
    );
    await node.start();
  });
  after(async () => {
    await receiver.close();
    await node.remove();
  });

  it('costs one attempt, on record with its reason, and the scan is read by the next worker, once', async () => {
    const [file] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 49, rows: 248, columns: 256 },
        phantom: { seed: 4, laterality: 'R', pathologies: [], landmark: true },
      },
    ]);
    if (file === undefined) throw new Error('no file');
    const sent = await run(process.execPath, [
      ...[MAIN, 'send', file.path, '--to', `OCTRIAGE@127.0.0.1:${node.dimsePort}`],
    ]);
    expect(sent.code, sent.stderr).to.equal(0);
    const [first] = workerIds(node.output);
    if (first === undefined) throw new Error('no worker in the log');
    process.kill(first, 'SIGKILL');

    await node.waitUntil('delivered', () => Promise.resolve(receiver.received.length >= 2), 60);
    expect(receiver.received).to.have.length(2);
    expect(node.output).to.contain('worker ended').and.to.contain('SIGKILL');
    expect(workerIds(node.output).length, 'a new worker').to.be.greaterThan(1);
  });
});

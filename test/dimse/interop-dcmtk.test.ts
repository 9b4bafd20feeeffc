import { spawn } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { echo, sendInstances } from '../../src/dimse/sender.js';
import type { OutgoingInstance } from '../../src/dimse/sender.js';
import { freePort } from '../../fixtures/free-port.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';
import { dataSetOf, makeFiles } from './support/part10.js';
import { closeListeners, testListener } from './support/test-listener.js';

describe('interoperability with dcmtk', () => {
  const path = temporaryFolder();
  let files: OutgoingInstance[];
  before(function () {
    requireTool(this, 'echoscu', 'storescu', 'dcmsend', 'storescp', 'python3-pydicom');
    files = makeFiles(path('.'), 5, 333);
  });
  afterEach(closeListeners);

  /** The data set of each file, by its SOP Instance UID. */
  function sent(): Map<string, Buffer> {
    return new Map(
      files.map(({ sopInstanceUid, path: file }) => [
        sopInstanceUid,
        dataSetOf(readFileSync(file)),
      ]),
    );
  }

  it('echoscu is answered', async () => {
    const { port, event } = await testListener();
    const { code } = await run('echoscu', ['-aec', 'OCT', '127.0.0.1', String(port)]);
    expect(code).to.equal(0);
    await event('released');
  });

  it('echoscu with another called AE title is told why', async () => {
    const { port } = await testListener();
    const { code, stderr } = await run('echoscu', ['-aec', 'NOBODY', '127.0.0.1', String(port)]);
    expect(code).to.not.equal(0);
    expect(stderr).to.include('Called AE Title Not Recognized');
  });

  it('echoscu with 128 presentation contexts of 38 transfer syntaxes each is answered', async () => {
    const { port } = await testListener();
    const target = ['-aec', 'OCT', '127.0.0.1', String(port)];
    expect((await run('echoscu', ['-ppc', '128', '-pts', '38', ...target])).code).to.equal(0);
  });

  it('echoscu --abort ends as aborted by the peer', async () => {
    const { port, event } = await testListener();
    await run('echoscu', ['--abort', '-aec', 'OCT', '127.0.0.1', String(port)]);
    expect((await event('aborted')).by).to.equal('peer');
  });

  const SENDERS: Record<string, [string, string[]]> = {
    storescu: ['storescu', []],
    'storescu with PDUs of 4 KiB': ['storescu', ['--max-send-pdu', '4096']],
    'storescu with PDUs of 128 KiB': ['storescu', ['-pdu', '131072']],
    dcmsend: ['dcmsend', []],
    'dcmsend without combining transfer syntaxes': ['dcmsend', ['--multi-associations']],
  };
  for (const [name, [program, options]] of Object.entries(SENDERS)) {
    it(`R4: what ${name} sends arrives byte for byte`, async () => {
      const { port, sink, event } = await testListener({ maxPduLength: 131072 });
      const args = ['-aec', 'OCT', ...options, '127.0.0.1', String(port)];
      const { code } = await run(program, [...args, ...files.map(({ path: file }) => file)]);
      expect(code).to.equal(0);
      expect((await event('released')).counts).to.deep.equal({
        invoked: files.length,
        answered: files.length,
        stored: files.length,
      });
      for (const { request, bytes } of sink.received) {
        const original = sent().get(request.sopInstanceUid);
        // dcmtk's senders leave out nothing and change nothing in an explicit little endian data set.
        expect(original && bytes.equals(original), request.sopInstanceUid).to.equal(true);
      }
    });
  }

  it('a refusal with status and comment reaches storescu', async () => {
    const { port, sink } = await testListener();
    sink.finish = () => Promise.resolve({ status: 0xa700, comment: 'disk over its watermark' });
    const file = files[0]?.path ?? '';
    const { stderr, stdout } = await run('storescu', [
      '-d',
      '-aec',
      'OCT',
      '127.0.0.1',
      String(port),
      file,
    ]);
    expect(stdout + stderr).to.match(/OutOfResources|0xa700/i);
    expect(stdout + stderr).to.include('disk over its watermark');
  });

  async function withStorescp(
    options: readonly string[],
    test: (port: number, folder: string) => Promise<void>,
  ): Promise<void> {
    const port = await freePort();
    const folder = path(`scp-${port}`);
    await mkdir(folder);
    const scp = spawn('storescp', ['-aet', 'PACS', '-od', folder, ...options, String(port)], {
      stdio: 'ignore',
    });
    try {
      const to = { host: '127.0.0.1', port, calledAeTitle: 'PACS', callingAeTitle: 'OCT' };
      for (let tries = 0; (await echo(to)).kind !== 'answered'; tries += 1) {
        if (tries > 100) throw new Error('storescp did not start');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await test(port, folder);
    } finally {
      scp.kill();
    }
  }

  const RECEIVERS: Record<string, string[]> = {
    'storescp +B (bit-preserving)': ['+B'],
    'storescp +B with PDUs of 4 KiB': ['+B', '-pdu', '4096'],
    storescp: [],
  };
  for (const [name, options] of Object.entries(RECEIVERS)) {
    it(`what we send to ${name} arrives`, async () => {
      await withStorescp(options, async (port, folder) => {
        const to = { host: '127.0.0.1', port, calledAeTitle: 'PACS', callingAeTitle: 'OCT' };
        for (const outcome of await sendInstances(to, files)) {
          expect(outcome).to.include({ kind: 'answered', status: 0 });
        }
        const stored = readdirSync(folder);
        expect(stored).to.have.length(files.length);
        for (const file of stored) {
          const original = sent().get(file.replace(/^[A-Z]+\./i, ''));
          const arrived = dataSetOf(readFileSync(join(folder, file)));
          expect(original && arrived.equals(original), file).to.equal(true);
        }
      });
    });
  }

  it('R24: storescp that refuses the SOP class: permanent, and the reason says so', async () => {
    await withStorescp([], async (port) => {
      const to = { host: '127.0.0.1', port, calledAeTitle: 'PACS', callingAeTitle: 'OCT' };
      const strange = files.map((file) => ({ ...file, sopClassUid: '1.2.3.4.5' }));
      const [outcome] = await sendInstances(to, strange);
      expect(outcome).to.include({ failure: 'permanent', code: 'OCT_DIMSE_NO_CONTEXT' });
    });
  });

  it('storescp --abort-after: the outcome is not success', async () => {
    await withStorescp(['--abort-after'], async (port) => {
      const to = { host: '127.0.0.1', port, calledAeTitle: 'PACS', callingAeTitle: 'OCT' };
      const [outcome] = await sendInstances(to, files);
      expect(outcome).to.include({ kind: 'failed', failure: 'ambiguous' });
    });
  });

  it('storescp --abort-during: transient', async () => {
    await withStorescp(['--abort-during'], async (port) => {
      const to = { host: '127.0.0.1', port, calledAeTitle: 'PACS', callingAeTitle: 'OCT' };
      const [outcome] = await sendInstances(to, files);
      expect(outcome).to.include({ kind: 'failed' });
    });
  });

  it('storescp --refuse: rejected', async () => {
    const port = await freePort();
    const scp = spawn('storescp', ['--refuse', String(port)], { stdio: 'ignore' });
    try {
      const to = { host: '127.0.0.1', port, calledAeTitle: 'PACS', callingAeTitle: 'OCT' };
      let outcome = await echo(to);
      for (let tries = 0; tries < 100; tries += 1) {
        if (outcome.kind === 'failed' && outcome.code !== 'OCT_DIMSE_UNREACHABLE') break;
        await new Promise((resolve) => setTimeout(resolve, 50));
        outcome = await echo(to);
      }
      expect(outcome)
        .to.have.property('code')
        .that.matches(/^OCT_DIMSE_REJECTED/);
    } finally {
      scp.kill();
    }
  });
});

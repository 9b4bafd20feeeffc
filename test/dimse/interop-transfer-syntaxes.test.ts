import { expect } from 'chai';
import { mkdirSync, readFileSync } from 'node:fs';
import type { Archive } from '../../src/archive/archive.js';
import { TRANSFER_SYNTAXES, transferSyntax } from '../../src/dicom/uids.js';
import { sendInstances } from '../../src/dimse/sender.js';
import type { OutgoingInstance } from '../../src/dimse/sender.js';
import { openTestArchive } from '../archive/objects.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { requireTool } from '../support/tools.js';
import { dataSetOf } from './support/part10.js';
import { closeListeners, testListener } from './support/test-listener.js';
import { filesOfSyntaxes } from './support/transfer-syntax-files.js';

const SYNTAXES = Object.values(TRANSFER_SYNTAXES);
/** What makes storescu propose them; the others it does not know, or only dcmsend sends them. */
const STORESCU_OPTION: Readonly<Record<string, string>> = {
  [TRANSFER_SYNTAXES.explicitVrLittleEndian.uid]: '-xe',
  [TRANSFER_SYNTAXES.implicitVrLittleEndian.uid]: '-xi',
  [TRANSFER_SYNTAXES.explicitVrBigEndian.uid]: '-xb',
  [TRANSFER_SYNTAXES.deflatedExplicitVrLittleEndian.uid]: '-xd',
  [TRANSFER_SYNTAXES.jpegLossless.uid]: '-xs',
  [TRANSFER_SYNTAXES.jpegBaseline.uid]: '-xy',
  [TRANSFER_SYNTAXES.jpegExtended.uid]: '-xx',
  [TRANSFER_SYNTAXES.jpeg2000Lossless.uid]: '-xv',
  [TRANSFER_SYNTAXES.jpeg2000.uid]: '-xw',
  [TRANSFER_SYNTAXES.jpegLsLossless.uid]: '-xt',
  [TRANSFER_SYNTAXES.jpegLsNearLossless.uid]: '-xu',
  [TRANSFER_SYNTAXES.rleLossless.uid]: '-xr',
};

describe('interoperability: files of every transfer syntax, written by pydicom', () => {
  const path = temporaryFolder();
  let files: OutgoingInstance[];
  let archive: Archive | undefined;
  let archives = 0;

  before(function () {
    requireTool(this, 'storescu', 'dcmsend', 'python3-pydicom');
    files = filesOfSyntaxes(
      path('.'),
      SYNTAXES.map(({ uid }) => uid),
    );
  });
  afterEach(async () => {
    await closeListeners();
    await archive?.close();
    archive = undefined;
  });

  async function listen(): Promise<number> {
    archives += 1;
    mkdirSync(path(`data-${archives}`));
    const opened = openTestArchive(path(`data-${archives}`));
    archive = opened;
    return (await testListener({ store: { begin: (request) => opened.receive(request) } })).port;
  }

  /** On record in the transfer syntax of its file, and (but for what its sender packs anew) byte for byte. */
  async function expectStored(file: OutgoingInstance): Promise<void> {
    const stored = await archive?.instances.find(file.sopInstanceUid);
    expect(stored?.transferSyntaxUid).to.equal(file.transferSyntaxUid);
    if (transferSyntax(file.transferSyntaxUid)?.deflated) return;
    const kept = dataSetOf(readFileSync(stored?.path ?? ''));
    expect(kept.equals(dataSetOf(readFileSync(file.path))), file.transferSyntaxUid).to.equal(true);
  }

  for (const [index, { name, uid }] of SYNTAXES.entries()) {
    const option = STORESCU_OPTION[uid];
    if (option === undefined) continue;
    it(`storescu ${option}: ${name}`, async () => {
      const port = await listen();
      const file = files[index]!;
      const to = ['-aec', 'OCT', '127.0.0.1', String(port)];
      const { code, stderr } = await run('storescu', [option, '-R', ...to, file.path]);
      expect(code, stderr).to.equal(0);
      await expectStored(file);
    });
  }

  it('dcmsend: JPEG Lossless Process 14, which storescu cannot propose', async () => {
    const port = await listen();
    const file = files.find(
      ({ transferSyntaxUid }) => transferSyntaxUid === TRANSFER_SYNTAXES.jpegLosslessProcess14.uid,
    )!;
    const to = ['-aec', 'OCT', '127.0.0.1', String(port)];
    const { code, stderr } = await run('dcmsend', ['-dn', ...to, file.path]);
    expect(code, stderr).to.equal(0);
    await expectStored(file);
  });

  it('our own sender: all of them over one association', async () => {
    const port = await listen();
    const to = { host: '127.0.0.1', port, calledAeTitle: 'OCT', callingAeTitle: 'PEER' };
    for (const outcome of await sendInstances(to, files)) {
      expect(outcome).to.include({ kind: 'answered', status: 0 });
    }
    for (const file of files) await expectStored(file);
  });
});

import { expect } from 'chai';
import Database from 'better-sqlite3';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unexplainedMessages } from '../../conformance/dciodvfy.js';
import { startReceiver, type Receiver } from '../../fixtures/demo/receiver.js';
import { cleanEnvironment, NodeProcess } from '../../fixtures/node-process.js';
import type { OptFile } from '../../fixtures/opt/opt-file.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { readPart10 } from '../../src/dicom/part10.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import type { ReplayedScan } from '../../src/rereading/replay-scans.js';
import type { ModelFolder } from '../inference/model-folder.js';
import { MAIN } from '../support/main.js';
import { anxiousSet } from '../support/model-sets.js';
import { run } from '../support/run.js';
import { requireTool } from '../support/tools.js';

const REPORT = SOP_CLASSES.comprehensive3dSr.uid;

describe('a stored scan is read again', function () {
  this.timeout(240_000);
  let node: NodeProcess;
  let pacs: Receiver;
  let anxious: ModelFolder;
  let file: OptFile;
  let dryRun: string;

  before(async () => {
    anxious = anxiousSet();
    const prepared = await NodeProcess.prepare();
    pacs = await startReceiver('PACS', join(prepared.folder, 'PACS'));
    const settings = {
      OCTRIAGE_DESTINATIONS: `PACS=PACS@127.0.0.1:${pacs.port}`,
      OCTRIAGE_INFERENCE_THREADS: '1',
    };
    node = await NodeProcess.prepare(settings, prepared.folder);
    dryRun = join(node.folder, 'dry-run');
    await node.start();
    const [first] = writeOptFiles(join(node.folder, 'scans'), [
      {
        dress: 'heidelberg-spectralis',
        size: { frames: 12, rows: 248, columns: 128 },
        phantom: { seed: 5, laterality: 'R', pathologies: ['drusen'] },
      },
    ]);
    file = first!;
    const to = `OCTRIAGE@127.0.0.1:${node.dimsePort}`;
    const scans = join(node.folder, 'scans');
    const sent = await octriage('send', scans, '--to', to, '--from', 'SCANNER1');
    expect(sent.code, sent.stderr).to.equal(0);
    const open = "SELECT id FROM delivery WHERE state != 'delivered'";
    const delivered = () =>
      Promise.resolve(reports().length === 1 && (ledger(open) as unknown[]).length === 0);
    await node.waitUntil('delivered', delivered, 90);
  });
  after(async () => {
    await pacs.close();
    await node.remove();
    anxious.remove();
  });

  const octriage = (...args: string[]) =>
    run(process.execPath, [MAIN, ...args], {
      cwd: node.folder,
      env: {
        ...cleanEnvironment(),
        OCTRIAGE_DATA_DIR: join(node.folder, 'data'),
        OCTRIAGE_DESTINATIONS: `PACS=PACS@127.0.0.1:${pacs.port}`,
        OCTRIAGE_INFERENCE_THREADS: '1',
      },
    });
  const reports = () => pacs.received.filter(({ sopClassUid }) => sopClassUid === REPORT);
  const replayed = (stdout: string) =>
    (JSON.parse(stdout) as { scans: readonly ReplayedScan[] }).scans;

  /** Every row of every table that tells of scans, results and deliveries. */
  function ledger(query?: string): unknown {
    const database = new Database(join(node.folder, 'data', 'ledger.sqlite'), { readonly: true });
    try {
      if (query !== undefined) return database.prepare(query).all();
      const tables = ['acquisition', 'workitem', 'delivery', 'reading', 'event'];
      const results = database.prepare('SELECT sop_instance_uid, digest, path FROM result').all();
      return [results, ...tables.map((name) => database.prepare(`SELECT * FROM ${name}`).all())];
    } finally {
      database.close();
    }
  }
  const predecessorsOf = (path: string): readonly (string | undefined)[] =>
    readPart10(readFileSync(path))
      .dataSet.items('PredecessorDocumentsSequence')
      .flatMap((study) => study.items('ReferencedSeriesSequence'))
      .flatMap((series) => series.items('ReferencedSOPSequence'))
      .map((instance) => instance.text('ReferencedSOPInstanceUID'));
  const dataSetBytes = (path: string): Buffer => {
    const bytes = readFileSync(path);
    return bytes.subarray(readPart10(bytes).dataSetOffset);
  };

  it('a dry run shows what would change, and leaves ledger and destinations as they are', async () => {
    const before = ledger();
    const received = pacs.received.length;
    const { code, stdout, stderr } = await octriage(
      ...['replay', file.uids.study, '--models', anxious.path, '--to', dryRun],
      ...['--reason', 'what would the anxious set say'],
    );
    expect(code, stderr + stdout).to.equal(0);
    expect(stdout).to.match(/: observation-only -> urgent \(changed\)|-> urgent \(changed\)/);
    expect(stdout).to.contain('1 of 1 scans read by anxious');
    expect(ledger()).to.deep.equal(before);
    expect(pacs.received).to.have.length(received);
    expect(readdirSync(join(node.folder, 'data', 'incoming'))).to.deep.equal([]);
    const [, row] = readFileSync(join(dryRun, 'summary.csv'), 'utf8').split('\n');
    expect(row).to.match(new RegExp(`^${file.uids.study},.*,"urgent","true","PACS",""$`));
  });

  it('delivered beside a node that runs: the bytes of the dry run, and a report that follows the earlier one', async () => {
    const [first] = reports();
    const { code, stdout, stderr } = await octriage(
      ...['replay', file.uids.series, '--models', anxious.path, '--deliver', '--json'],
      ...['--reason', 'the anxious set is in force from today'],
    );
    expect(code, stderr + stdout).to.equal(0);
    const [scan] = replayed(stdout);
    expect(scan).to.include({ after: 'urgent', revision: 2 });
    await node.waitUntil('delivered', () => Promise.resolve(reports().length === 2), 30);
    const second = reports()[1]!;
    expect(predecessorsOf(second.path)).to.deep.equal([first!.sopInstanceUid]);
    const [folder] = readdirSync(dryRun).filter((name) => name !== 'summary.csv');
    for (const { kind, sopInstanceUid } of scan!.objects!) {
      const kept = dataSetBytes(join(dryRun, folder!, `${kind}.dcm`));
      const sent = dataSetBytes(join(node.folder, 'PACS', `${sopInstanceUid}.dcm`));
      expect(sent.equals(kept), kind).to.equal(true);
    }
    expect(ledger('SELECT decision, revision FROM reading')).to.deep.equal([
      { decision: 'urgent', revision: 2 },
    ]);
    const told = ledger("SELECT reason FROM event WHERE what = 'replayed'");
    expect(told).to.deep.equal([{ reason: 'the anxious set is in force from today' }]);
  });

  it('dciodvfy has nothing to say of the report that supersedes', function () {
    requireTool(this, 'dciodvfy');
    const { path, sopClassUid, sopInstanceUid } = reports()[1]!;
    const object = { kind: 'report', sopClassUid, sopInstanceUid, seriesInstanceUid: '' } as const;
    const bytes = readFileSync(path);
    const copy = join(node.folder, 'report.dcm');
    expect(unexplainedMessages({ ...object, bytes }, copy)).to.deep.equal([]);
  });

  it('delivered without a node: it sends the result when it starts', async () => {
    await node.stop();
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const { code, stdout, stderr } = await octriage(
      ...['replay', '--since', yesterday, '--device', 'SCANNER1', '--decision', 'urgent'],
      ...['--deliver', '--reason', 'back to the set before', '--json'],
    );
    expect(code, stderr + stdout).to.equal(0);
    expect(replayed(stdout)[0]).to.include({ before: 'urgent', revision: 3 });
    await node.start();
    await node.waitUntil('delivered', () => Promise.resolve(reports().length === 3), 30);
    const [, second, third] = reports();
    expect(predecessorsOf(third!.path)).to.deep.equal([second!.sopInstanceUid]);
    expect(ledger("SELECT count(*) AS n FROM delivery WHERE state != 'delivered'")).to.deep.equal([
      { n: 0 },
    ]);
  });

  it('a UID that is not there, and what is not said, are clear errors', async () => {
    const unknown = await octriage('replay', '1.2.3.4', '--deliver', '--reason', 'test');
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr).to.contain('OCT_REPLAY_UNKNOWN').and.contain('1.2.3.4');
    const cases: [args: string[], said: string][] = [
      [['--deliver', '--reason', 'test'], 'replay needs UIDs'],
      [['1.2.3', '--deliver', '--to', 'x', '--reason', 'y'], 'say --to FOLDER'],
      [['1.2.3', '--to', dryRun, '--reason', 'y'], 'is not empty'],
      [['--since', 'Monday', '--deliver', '--reason', 'y'], 'is no time'],
    ];
    for (const [args, said] of cases) {
      const { code, stderr } = await octriage('replay', ...args);
      expect(code, said).to.equal(2);
      expect(stderr).to.contain(said);
    }
    const none = await octriage(
      ...['replay', '--device', 'NOBODY', '--to', join(node.folder, 'none'), '--reason', 'y'],
    );
    expect(none.code).to.equal(1);
    expect(existsSync(join(node.folder, 'none'))).to.equal(false);
  });
});

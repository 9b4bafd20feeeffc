import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { join } from 'node:path';
import { freePort } from '../../fixtures/free-port.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { deterministicUid } from '../../src/dicom/uid.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { Orthanc } from '../support/orthanc.js';
import { requireTool } from '../support/tools.js';

interface Report {
  readonly Status: 'Pending' | 'Success' | 'Failure';
  readonly Success?: readonly { readonly SOPInstanceUID: string }[];
  readonly Failures?: readonly {
    readonly SOPInstanceUID: string;
    readonly FailureReason: number;
  }[];
}

/** Orthanc is the scanner that asks us, and the PACS that we ask. */
describe('storage commitment with Orthanc', function () {
  this.timeout(120_000);
  let orthanc: Orthanc;
  let node: NodeProcess;
  /** Orthanc's name of the scan that it sent us. */
  let sent: string;

  before(async function () {
    requireTool(this, 'Orthanc');
    const dicomPort = await freePort();
    node = await NodeProcess.prepare({
      OCTRIAGE_DESTINATIONS: `PACS=${Orthanc.aeTitle}@127.0.0.1:${dicomPort}?commitment=another-association`,
      OCTRIAGE_COMMITMENT_REPORT_DELAY_MS: '1000',
    });
    const us = { AET: NodeProcess.aeTitle, Host: '127.0.0.1', Port: node.dimsePort };
    orthanc = await Orthanc.prepare({ DicomModalities: { us } }, dicomPort);
    await orthanc.start();
    await node.start();
  });

  after(async () => {
    await (node as NodeProcess | undefined)?.remove();
    await (orthanc as Orthanc | undefined)?.remove();
  });

  async function report(transaction: string): Promise<Report> {
    let found: Report = { Status: 'Pending' };
    await node.waitUntil('reported', async () => {
      found = await orthanc.get<Report>(`/storage-commitment/${transaction}`);
      return found.Status !== 'Pending';
    });
    return found;
  }

  function rows<T>(sql: string): T[] {
    const ledger = new Database(join(node.folder, 'data', 'ledger.sqlite'), { readonly: true });
    try {
      return ledger.prepare(sql).all() as T[];
    } finally {
      ledger.close();
    }
  }

  it('R35: asked by Orthanc, reports what is here and what is not; asks Orthanc for what it was sent', async () => {
    const [file] = writeOptFiles(node.folder, [
      {
        dress: 'topcon-maestro2',
        phantom: { seed: 5, laterality: 'L', pathologies: [], landmark: true },
      },
    ]);
    if (file === undefined) throw new Error('no file');
    sent = (await orthanc.send<{ ID: string }>('POST', '/instances', readFileSync(file.path))).ID;
    await orthanc.send('POST', '/modalities/us/store', { Resources: [sent] });
    const asked = await orthanc.send<{ ID: string }>('POST', '/modalities/us/storage-commitment', {
      Resources: [sent],
      DicomInstances: [
        {
          SOPClassUID: SOP_CLASSES.ophthalmicTomography.uid,
          SOPInstanceUID: deterministicUid('never sent'),
        },
      ],
    });
    const { Status, Success = [], Failures = [] } = await report(asked.ID);
    expect(Status).to.equal('Failure');
    expect(Success).to.have.length(1);
    expect(Failures.map(({ FailureReason }) => FailureReason)).to.deep.equal([0x0112]);

    const committed = () =>
      rows<{ commitment: string }>('SELECT commitment FROM delivery').filter(
        ({ commitment }) => commitment === 'committed',
      ).length;
    await node.waitUntil('committed', () => Promise.resolve(committed() === 2), 60);
    expect(rows('SELECT transaction_uid FROM commitment_scu')).to.have.length.of.at.least(1);
  });

  it('R35: a report that is owed survives a kill', async () => {
    const { ID } = await orthanc.send<{ ID: string }>('POST', '/modalities/us/storage-commitment', {
      Resources: [sent],
    });
    await node.kill();
    expect((await orthanc.get<Report>(`/storage-commitment/${ID}`)).Status).to.equal('Pending');
    await node.start();
    expect((await report(ID)).Status).to.equal('Success');
    const of = () =>
      rows<{ state: string; attempts: number }>(
        `SELECT state, attempts FROM commitment_scp ORDER BY id DESC LIMIT 1`,
      )[0];
    await node.waitUntil('settled', () => Promise.resolve(of()?.state === 'reported'));
  });
});

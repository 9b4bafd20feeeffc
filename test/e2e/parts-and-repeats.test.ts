import { expect } from 'chai';
import Database from 'better-sqlite3';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NodeProcess } from '../../fixtures/node-process.js';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { splitFile } from '../../fixtures/opt/split.js';
import { DataSet } from '../../src/dicom/data-set.js';
import { encodePart10 } from '../../src/dicom/part10.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { Orthanc, type OrthancInstance } from '../support/orthanc.js';
import { storescu } from '../support/storescu.js';
import { requireTool } from '../support/tools.js';

const QUIET = 1500;

describe('scans in parts, both eyes and repeats: storescu → OCTriage → Orthanc', function () {
  this.timeout(180_000);
  let pacs: Orthanc;
  let node: NodeProcess;

  before(async function () {
    requireTool(this, 'storescu', 'Orthanc');
    pacs = await Orthanc.prepare();
    await pacs.start();
    node = await NodeProcess.prepare({
      OCTRIAGE_DESTINATIONS: `PACS=${Orthanc.aeTitle}@127.0.0.1:${pacs.dicomPort}`,
      OCTRIAGE_QUIET_MS: String(QUIET),
    });
    await node.start();
  });
  after(async () => {
    // A skipped `before` has made neither.
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Orthanc | undefined)?.remove();
  });

  /** The objects as files, sent through one association. */
  async function send(name: string, ...objects: readonly Uint8Array[]): Promise<void> {
    const paths = objects.map((bytes, i) => {
      const path = join(node.folder, `${name}-${i}.dcm`);
      writeFileSync(path, bytes);
      return path;
    });
    expect(await storescu(node.dimsePort, ...paths)).to.equal(true);
  }

  /** The reports that the PACS has of a study, once there are so many; in text. */
  async function reports(study: string, count: number): Promise<readonly string[]> {
    let found: readonly OrthancInstance[] = [];
    await node.waitUntil(
      `delivered: ${count} reports`,
      async () => {
        found = (await pacs.instances()).filter(
          ({ tags }) =>
            tags['StudyInstanceUID'] === study &&
            tags['SOPClassUID'] === SOP_CLASSES.comprehensive3dSr.uid,
        );
        return found.length >= count;
      },
      90,
    );
    expect(found).to.have.length(count);
    return found.map(({ tags }) => JSON.stringify(tags));
  }

  /** What the running node's ledger says. */
  function ledger(query: string, ...values: readonly string[]): readonly unknown[] {
    const path = join(node.folder, 'data', 'ledger.sqlite');
    const database = new Database(path, { readonly: true });
    try {
      return database.prepare(query).all(...values);
    } finally {
      database.close();
    }
  }
  const revisions = (study: string) =>
    ledger(
      'SELECT revision, complete_because FROM acquisition WHERE study_instance_uid = ? ORDER BY revision',
      study,
    );

  it('an object for each B-scan, and the localizer: one report that names them all', async () => {
    const file = makeOptFile({
      dress: 'heidelberg-spectralis',
      phantom: { seed: 21, laterality: 'R', pathologies: [] },
    });
    const localizer = DataSet.of({
      SOPClassUID: SOP_CLASSES.ophthalmicPhotography8Bit.uid,
      SOPInstanceUID: file.uids.localizer,
      StudyInstanceUID: file.uids.study,
      SeriesInstanceUID: `${file.uids.series.slice(0, 50)}.9`,
      Modality: 'OP',
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: 4,
      Columns: 4,
      BitsAllocated: 8,
      BitsStored: 8,
      HighBit: 7,
      PixelRepresentation: 0,
      PixelData: new Uint8Array(16),
    });
    const parts = splitFile(file.bytes, 'single frames');
    await send('frames', encodePart10(localizer), ...parts.map(({ bytes }) => bytes));
    const [report] = await reports(file.uids.study, 1);
    for (const { dataSet } of parts) expect(report).to.include(dataSet.text('SOPInstanceUID'));
    expect(revisions(file.uids.study)).to.deep.equal([
      { revision: 1, complete_because: 'association-released' },
    ]);
    expect(
      ledger('SELECT because FROM localizer WHERE sop_instance_uid = ?', file.uids.localizer),
    ).to.deep.equal([{ because: 'the scan refers to it' }]);
  });

  it('the late part of a concatenation makes revision 2, with a report of its own', async () => {
    const file = makeOptFile({
      dress: 'topcon-maestro2',
      phantom: { seed: 22, laterality: 'L', pathologies: [] },
    });
    const parts = splitFile(file.bytes, 'concatenation', 4);
    const [first, second, last] = parts.map(({ bytes }) => bytes);
    await send('early', first!, second!);
    await reports(file.uids.study, 1);
    await send('late', last!);
    await reports(file.uids.study, 2);
    expect(revisions(file.uids.study)).to.deep.equal([
      { revision: 1, complete_because: 'quiet-time' },
      { revision: 2, complete_because: 'concatenation-complete' },
    ]);
  });

  it('both eyes and a poorer repeat: three reports, the repeat names the better scan, one is chosen', async () => {
    const scan = (name: string, laterality: 'R' | 'L', opacityDb: number) =>
      makeOptFile({
        dress: 'topcon-3doct2000',
        uidSeed: name,
        studySeed: 'one visit',
        phantom: { seed: 23, laterality, pathologies: [], artefacts: { opacityDb } },
      });
    const [good, dim, left] = [scan('good', 'R', 0), scan('dim', 'R', 6), scan('left', 'L', 0)];
    const { study } = good.uids;
    await send('good', good.bytes);
    expect((await reports(study, 1))[0]).not.to.include('scan of this eye');
    await send('repeat', dim.bytes, left.bytes);
    const all = await reports(study, 3);
    const naming = all.filter((text) =>
      text.includes('Another scan of this eye in this study had'),
    );
    expect(naming).to.have.length(1);
    expect(naming[0]).to.include(`had better quality: ${good.uids.instance}`);
    const chosen = ledger(
      `SELECT c.laterality, r.sop_instance_uid AS uid FROM eye_choice c
         JOIN reading r USING (acquisition_id)
       WHERE c.study_instance_uid = ? ORDER BY c.laterality`,
      study,
    );
    expect(chosen).to.deep.equal([
      { laterality: 'L', uid: left.uids.instance },
      { laterality: 'R', uid: good.uids.instance },
    ]);
    expect(node.output).to.include('scan chosen for its eye');
  });
});

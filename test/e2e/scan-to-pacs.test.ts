import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { SOP_CLASSES } from '../../src/dicom/uids.js';
import { NodeProcess } from '../../fixtures/node-process.js';
import { Orthanc, type OrthancInstance } from '../support/orthanc.js';
import { requireTool } from '../support/tools.js';
import { run } from '../support/run.js';
import { compareResults } from '../support/compare-results.js';
import { npyBytes } from '../../fixtures/phantom/npy.js';

const MATRIX = { frames: 24, rows: 248, columns: 256 };
/** Two scanners, both eyes; the landmark makes every flip, rotation or reversal show. */
const KNOWN = [
  { dress: 'heidelberg-spectralis', laterality: 'R', seed: 11 },
  { dress: 'topcon-3doct2000', laterality: 'L', seed: 12 },
  { dress: 'topcon-maestro2', laterality: 'R', seed: 13 },
] as const;

/** A site's word on one of the scanners, without building. */
const SITE_PROFILE = {
  id: 'topcon-maestro2-macula',
  basedOn: 'topcon-maestro2-macula',
  name: 'Maestro2 on the second floor',
};

/** Overlap of the landmark's fluid with what the network found: the pocket must be found, where it is. */
const LEAST_DICE = 0.5;

describe('one scan, end to end: storescu → OCTriage → Orthanc', function () {
  this.timeout(120_000);
  let pacs: Orthanc;
  let node: NodeProcess;

  before(async function () {
    requireTool(this, 'storescu', 'Orthanc', 'python3-pydicom');
    pacs = await Orthanc.prepare();
    await pacs.start();
    node = await NodeProcess.prepare({
      OCTRIAGE_DESTINATIONS: `PACS=${Orthanc.aeTitle}@127.0.0.1:${pacs.dicomPort}`,
      OCTRIAGE_DEVICE_PROFILES: 'site.json',
    });
    writeFileSync(join(node.folder, 'site.json'), JSON.stringify(SITE_PROFILE));
    await node.start();
  });

  after(async () => {
    // A skipped `before` has made neither.
    await (node as NodeProcess | undefined)?.remove();
    await (pacs as Orthanc | undefined)?.remove();
  });

  async function storescu(path: string): Promise<void> {
    const { code, stderr } = await run('storescu', [
      ...['-aet', 'SCANNER', '-aec', NodeProcess.aeTitle],
      ...['127.0.0.1', String(node.dimsePort), path],
    ]);
    expect(code, stderr).to.equal(0);
  }

  /** What the PACS has got of a study, once it is as many objects as expected. */
  async function resultsOf(study: string, count: number): Promise<readonly OrthancInstance[]> {
    let found: readonly OrthancInstance[] = [];
    await node.waitUntil(
      `delivered: ${count} objects`,
      async () => {
        const all = await pacs.instances();
        found = all.filter(({ tags }) => tags['StudyInstanceUID'] === study);
        return found.length >= count;
      },
      60,
    );
    return found;
  }

  for (const { dress, laterality, seed } of KNOWN) {
    it(`${dress}, ${laterality} eye: a Segmentation and a report in the scan's own study, true to the phantom`, async () => {
      const [file] = writeOptFiles(node.folder, [
        { dress, size: MATRIX, phantom: { seed, laterality, pathologies: [], landmark: true } },
      ]);
      if (file === undefined) throw new Error('no file');
      await storescu(file.path);
      const results = await resultsOf(file.uids.study, 2);
      const bySopClass = new Map(results.map((result) => [result.tags['SOPClassUID'], result]));
      const segmentation = bySopClass.get(SOP_CLASSES.segmentation.uid);
      const report = bySopClass.get(SOP_CLASSES.comprehensive3dSr.uid);
      if (segmentation === undefined || report === undefined) throw new Error('SEG or SR missing');

      const paths = {
        source: file.path,
        truth: join(node.folder, 'truth.npy'),
        segmentation: join(node.folder, 'seg.dcm'),
        report: join(node.folder, 'sr.dcm'),
      };
      const { frames, rows, columns } = file.truth;
      writeFileSync(paths.truth, npyBytes(file.truth.tissueMap, [frames, rows, columns]));
      writeFileSync(paths.segmentation, await pacs.file(segmentation.id));
      writeFileSync(paths.report, await pacs.file(report.id));

      const seen = await compareResults(paths, 'subretinal-fluid');
      expect(seen.dice, 'fluid where the truth has it').to.be.at.least(LEAST_DICE);
      for (const [flip, dice] of Object.entries(seen.diceIfFlipped)) {
        expect(dice, `and nowhere else: ${flip}`).to.be.below(seen.dice / 2);
      }
      expect(seen.identityDiffers, 'patient and study as in the scan').to.deep.equal([]);
      expect(seen.planesDiffer, 'each frame in the plane of its source').to.equal(0);
      expect(seen.laterality).to.equal(laterality);
      expect(seen.volumeMm3InReport).to.be.closeTo(
        seen.volumeMm3OfPixels,
        seen.volumeMm3OfPixels * 0.01,
      );
      expect(seen.referral, 'a decision, R1 to R4').to.match(/^R[1-4]$/);
      expect(seen.referencesSegmentation).to.be.true;
      const bySite = readFileSync(paths.report).includes('(profile of this site: site.json)');
      expect(bySite, 'the site’s own profile').to.equal(dress === 'topcon-maestro2');
    });
  }

  it('an unknown device ends as a report that says not assessed, and why', async () => {
    const [file] = writeOptFiles(node.folder, [
      { dress: 'unknown', phantom: { seed: 3, laterality: 'R', pathologies: ['cnv'] } },
    ]);
    if (file === undefined) throw new Error('no file');
    await storescu(file.path);
    const [report, ...more] = await resultsOf(file.uids.study, 1);
    expect(more).to.deep.equal([]);
    expect(report?.tags['SOPClassUID']).to.equal(SOP_CLASSES.comprehensive3dSr.uid);
    const content = JSON.stringify(report?.tags['ContentSequence']);
    expect(content).to.contain('N01').and.to.contain('Unknown device');
    expect(content, 'no decision').not.to.match(/"R[1-4]"/);
  });

  it('R36: neither the log nor the console shows the patient', () => {
    expect(node.output).to.contain('scan read');
    expect(node.output).not.to.match(/Müller|OCT-PHANTOM-1|19500228/);
  });
});

import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { cleanEnvironment } from '../../fixtures/node-process.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { npyBytes } from '../../fixtures/phantom/npy.js';
import type { EvaluationReport } from '../../src/evaluation/report.js';
import { MAIN } from '../support/main.js';
import { run } from '../support/run.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describe('octriage evaluate', function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  const evaluate = (...args: readonly string[]) =>
    run(process.execPath, [MAIN, 'evaluate', ...args], {
      env: { ...cleanEnvironment(), OCTRIAGE_DATA_DIR: folder('data') },
    });
  let outcome: Awaited<ReturnType<typeof evaluate>>;
  let report: EvaluationReport;

  before(async () => {
    const size = { frames: 12, rows: 248, columns: 128 };
    const [cnv, unknown, blind] = writeOptFiles(folder('scans'), [
      {
        dress: 'heidelberg-spectralis',
        size,
        phantom: { seed: 1, laterality: 'R', pathologies: ['cnv'] },
      },
      { dress: 'unknown', phantom: { seed: 2, laterality: 'L', pathologies: [] } },
      {
        dress: 'zeiss-cirrus',
        phantom: {
          seed: 3,
          laterality: 'L',
          pathologies: [],
          artefacts: { blinkFrames: [2, 3, 4, 5, 6, 7] },
        },
      },
    ]);
    for (const { truth, storedFrames, uids } of [cnv!, blind!]) {
      const { frames, rows, columns, tissueMap } = truth;
      const area = rows * columns;
      const stored = storedFrames.map((f) => tissueMap.subarray(f * area, (f + 1) * area));
      writeFileSync(
        folder(`${uids.instance}.npy`),
        npyBytes(Buffer.concat(stored), [frames, rows, columns]),
      );
    }
    const row = ({ uids, truth }: NonNullable<typeof cnv>, name: string, drawn: boolean) =>
      `${name},${truth.referral},${truth.pathologies.join('+')},${drawn ? `${uids.instance}.npy` : ''}`;
    writeFileSync(
      folder('labels.csv'),
      [
        'scan,referral,pathologies,segmentation',
        row(cnv!, `${cnv!.uids.instance}.dcm`, true),
        row(unknown!, unknown!.uids.instance, false),
        row(blind!, blind!.uids.instance, true),
        'nowhere.dcm,urgent,,',
      ].join('\n'),
    );
    const out = ['--out', folder('out'), '--title', 'Three phantoms'];
    outcome = await evaluate('--truth', folder('labels.csv'), folder('scans'), ...out);
    report = JSON.parse(readFileSync(folder('out/evaluation.json'), 'utf8')) as EvaluationReport;
  });

  it('reads every scan on the pipeline’s way, and says what could not be evaluated', () => {
    expect(outcome.code, outcome.stderr).to.equal(1);
    expect(outcome.stderr).to.contain('nowhere.dcm: no scan');
    expect(outcome.stdout).to.match(/1\/4 .*\.dcm: urgent -> /);
    expect(report.scans.map(({ device }) => device)).to.deep.equal([
      'heidelberg-spectralis-volume',
      'none',
      'zeiss-cirrus-macular-cube',
    ]);
    expect(report.scans[1]?.reasons).to.deep.equal(['N01 UNKNOWN_DEVICE']);
    expect(report.scans[0]?.predictions).not.to.be.empty;
  });

  it('lays the truth over the scan: the retina of a phantom is found where it is', () => {
    const [cnv] = report.scans;
    const retina = cnv!.tissues.find(({ tissue }) => tissue === 'neurosensory-retina')!;
    expect((2 * retina.both) / (retina.truth + retina.found)).to.be.above(0.85);
    const inner = report.all.surfaces.find(({ surface }) => surface.startsWith('inner'));
    expect(inner?.meanAbsoluteUm).to.be.within(0, 30);
  });

  it('a scan that is refused for its quality is not decided, but its segmentation is measured', () => {
    const [, , blind] = report.scans;
    expect(blind).to.deep.include({ decision: null, segmentedAnyway: true });
    expect(blind!.reasons).to.deep.equal(['N09 QUALITY_INSUFFICIENT']);
    expect(blind!.tissues).not.to.be.empty;
    expect(report.notAssessed).to.have.length(2);
  });

  it('writes a page that stands alone, with a picture of each scan that was not decided rightly', () => {
    const page = readFileSync(folder('out/evaluation.html'), 'utf8');
    expect(page).to.contain('Three phantoms').and.to.contain('data:image/png;base64,iVBOR');
    expect(page).not.to.match(/<script|src="http/);
  });

  it('--json: the figures over all scans, and nothing else on standard output', async () => {
    writeFileSync(folder('one.csv'), `scan,referral\n${report.scans[1]!.name},routine`);
    const out = ['--out', folder('json'), '--no-pictures', '--json'];
    const { code, stdout } = await evaluate(
      ...['--truth', folder('one.csv'), folder('scans'), ...out],
    );
    expect(code, stdout).to.equal(0);
    const said = JSON.parse(stdout) as Record<string, unknown>;
    expect(said).to.deep.include({ scans: 1, figures: folder('json/evaluation.json') });
    expect(said['all']).to.have.property('referral');
  });

  it('without a table, or with one that is wrong, nothing is read', async () => {
    const without = await evaluate(folder('scans'));
    expect(without.code).to.equal(2);
    expect(without.stderr).to.contain('needs --truth');
    writeFileSync(folder('wrong.csv'), 'scan,referral\na,soon');
    const wrong = await evaluate('--truth', folder('wrong.csv'), folder('scans'));
    expect(wrong.stderr).to.contain('OCT_TRUTH_TABLE_INVALID');
  });
});

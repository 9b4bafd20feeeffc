import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readReport } from '../../src/joints/console-report.js';
import { buildResults } from '../../src/results/build.js';
import { wholeInput } from '../support/whole-input.js';

describe('console: what the report says of the networks one by one', () => {
  it('between which volumes they lie, and what the referral would be without a finding', async () => {
    const input = wholeInput();
    const findings = input.findings!;
    const { objects } = buildResults({
      ...input,
      findings: {
        ...findings,
        disagreement: {
          depthUm: new Float32Array(0),
          volumeNl: 3,
          volumesNl: [{ 'subretinal-fluid': 2 }, { 'subretinal-fluid': 5 }],
        },
        occlusion: [
          {
            tissue: 'subretinal-fluid',
            referral: { with: [0.7, 0.1, 0.1, 0.1], without: [0.1, 0.1, 0.2, 0.6] },
          },
        ],
      },
    });
    const folder = mkdtempSync(join(tmpdir(), 'octriage-report-'));
    try {
      const path = join(folder, 'report.dcm');
      writeFileSync(path, objects.find(({ kind }) => kind === 'report')!.bytes);
      const { volumes, disputedShare } = await readReport(path);
      const fluid = volumes.find(({ name }) => name === 'Subretinal fluid')!;
      expect(fluid.alone).to.deep.equal({ least: 2, most: 5 });
      expect(fluid.without.map(({ probability }) => probability)).to.deep.equal([
        0.1, 0.1, 0.2, 0.6,
      ]);
      expect(disputedShare).to.equal(findings.likeness.disagreement);
      const other = volumes.find(({ name }) => name === 'Intraretinal fluid')!;
      expect(other.without).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

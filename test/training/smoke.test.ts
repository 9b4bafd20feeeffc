import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { loadModelSet } from '../../src/inference/model-set.js';

const PYTHON = '/usr/bin/python3';
const TRAINING = fileURLToPath(new URL('../../models/training', import.meta.url));
const WORK = join(TRAINING, 'work/smoke');
const run = promisify(execFile);

/** Issue D 6: the whole way from phantoms to a model set, with next to nothing of each. */
describe('training: every file of a model set is made by one command', function () {
  this.timeout(300_000);

  before(async function () {
    try {
      await run(PYTHON, ['-c', 'import torch']);
    } catch (error) {
      if (process.env['CI'] === 'true') throw error;
      this.skip();
    }
    await run('sh', [join(TRAINING, 'make.sh'), '--smoke'], { maxBuffer: 1e8 });
  });

  it('gives a set that the program accepts, with two members of each network', () => {
    const { manifest, segmentation, classification } = loadModelSet(join(WORK, 'out'));
    expect(segmentation).to.have.length(2);
    expect(classification).to.have.length(2);
    expect(manifest.likeness?.mean.every(Number.isFinite)).to.equal(true);
    for (const { bytes } of [
      ...manifest.segmentation.members,
      ...manifest.classification.members,
    ]) {
      expect(bytes).to.be.below(12e6);
    }
  });

  it('measures maps in Python as the product does, but for the resampling', () => {
    for (const kind of ['held-out', 'volumes']) {
      const report = JSON.parse(readFileSync(join(WORK, `map-${kind}.json`), 'utf8')) as {
        mapDifference: number;
      };
      expect(report.mapDifference, kind).to.be.within(0, 0.02);
    }
  });

  it('the product reads a volume with the new set to the end', () => {
    const { title, scans } = JSON.parse(
      readFileSync(join(WORK, 'evaluation/evaluation.json'), 'utf8'),
    ) as { title: string; scans: { tissues: unknown[] }[] };
    expect(title).to.match(/^1 phantoms of 24 B-scans/);
    expect(scans[0]?.tissues).not.to.be.empty;
    const { manifest } = loadModelSet(join(WORK, 'out'));
    expect(manifest.evaluation).to.have.property('dice');
    expect(Object.keys(manifest.operatingPoints ?? {})).to.deep.equal(['screening', 'balanced']);
  });

  it('C14: draws what the classes are surest of, in a small picture that the manifest names', () => {
    const [figure] = loadModelSet(join(WORK, 'out')).manifest.figures ?? [];
    expect(figure?.file).to.equal('prototypes.png');
    const bytes = readFileSync(join(WORK, 'out/prototypes.png'));
    expect(createHash('sha256').update(bytes).digest('hex')).to.equal(figure?.sha256);
    expect(bytes.length).to.be.within(1_000, 300_000);
  });
});

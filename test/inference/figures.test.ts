import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { loadModelSet } from '../../src/inference/model-set.js';
import { run } from '../support/run.js';
import { PYTHON } from '../support/tools.js';
import { MODELS } from './model-folder.js';

/** Both read the shipped files: the figure is of these very networks. */
describe('the figure of what the classes are surest of', function () {
  this.timeout(60_000);

  it('C14: is small, named in the manifest by its digest, and not the same for all classes', () => {
    const { figures = [], referralClasses, pathologies } = loadModelSet(MODELS).manifest;
    const [{ file, sha256 }] = figures as [{ file: string; sha256: string }];
    const bytes = readFileSync(join(MODELS, file));
    expect(createHash('sha256').update(bytes).digest('hex')).to.equal(sha256);
    expect(bytes.length).to.be.below(300_000);
    const { width, height, data } = PNG.sync.read(bytes);
    const rows = referralClasses.length + pathologies.length;
    const top = 40;
    const each = (height - top) / rows;
    const drawn = Array.from({ length: rows }, (_, row) => {
      const from = (top + Math.floor(row * each)) * width * 4;
      const strip = data.subarray(from, from + Math.floor(each - 4) * width * 4);
      return createHash('sha256').update(strip).digest('hex');
    });
    expect(new Set(drawn).size).to.equal(rows);
  });

  it('is drawn through the networks as ONNX Runtime runs them: the known answer', async function () {
    if (process.env['CI'] !== 'true' && (await run(PYTHON, ['-c', 'import torch'])).code !== 0) {
      this.skip();
    }
    const script = [
      'import json, sys, torch',
      `sys.path.insert(0, ${JSON.stringify(join(MODELS, 'training'))}); sys.dont_write_bytecode = True`,
      'from onnx_graph import OnnxGraph',
      'x = ((torch.arange(19 * 24 * 128) * 31) % 97).float().view(1, 19, 24, 128) / 97 * 300',
      `print(json.dumps({k: v.flatten()[:10].tolist() for k, v in OnnxGraph(sys.argv[1])(x).items()}))`,
    ].join('\n');
    const network = loadModelSet(MODELS).classification[0]!.path;
    const { stdout, stderr } = await run(PYTHON, ['-c', script, network]);
    const found = JSON.parse(stdout || `"${stderr}"`) as Record<string, number[]>;
    const { classification } = JSON.parse(readFileSync(join(MODELS, 'golden.json'), 'utf8')) as {
      classification: Record<string, number[]>;
    };
    for (const output of ['referral', 'pathologies']) {
      for (const [i, value] of classification[output]!.entries()) {
        expect(found[output]![i], `${output} ${i}`).to.be.closeTo(value, 1e-4);
      }
    }
  });
});

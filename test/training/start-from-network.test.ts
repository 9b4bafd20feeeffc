import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MODELS } from '../inference/model-folder.js';
import { PYTHON } from '../support/tools.js';

const TRAINING = fileURLToPath(new URL('../../models/training', import.meta.url));
const run = promisify(execFile);

/** Prints the shares of pixels on which a network agrees with the shipped one: in use, and in training before and after. */
const COMPARE = `
import sys, torch
sys.path.insert(0, sys.argv[1]); sys.dont_write_bytecode = True
from onnx_weights import restore_statistics, segmentation_network
torch.manual_seed(0); torch.set_num_threads(1)
network, _ = segmentation_network(sys.argv[2])
bands = torch.linspace(0, 9, 64).sin().clamp(min=0)[:, None] + torch.zeros(64, 64)
scans = [bands + 0.1 * torch.randn(4, 3, 64, 64) for _ in range(4)]
with torch.no_grad():
    shipped = network(scans[0]).argmax(1)
    same = lambda: (network(scans[0]).argmax(1) == shipped).float().mean().item()
    folded = [network.train() and same(), network.eval()][0]
    network, _ = segmentation_network(sys.argv[2])
    restore_statistics(network, scans)
    print(same(), folded, network.train() and same())
`;

describe('training: all members go on from a network of a model set', () => {
  it('its normalisations get their statistics back: the same answers, and now also while it is trained', async () => {
    const file = join(MODELS, 'phantom-seg-0.onnx');
    const { stdout } = await run(PYTHON, ['-c', COMPARE, TRAINING, file]);
    const [inUse = 0, foldedInTraining = 0, inTraining = 0] = stdout.trim().split(' ').map(Number);
    expect(inUse).to.be.above(0.999);
    expect(inTraining).to.be.above(0.9);
    expect(foldedInTraining).to.be.below(inTraining - 0.05);
  });
});

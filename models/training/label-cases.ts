/**
 * Labels the volumes of draw-cases.ts with exported segmentation networks as the product does: on a CPU, ONNX Runtime
 * takes a third of PyTorch's time. For predict_maps.py --labelled.
 *
 *   node --import tsx models/training/label-cases.ts NETWORKS WORK KIND …
 *
 * NETWORKS: a folder with phantom-seg-*.onnx; NETWORKS/KIND/SEED-members.npy: uint8 [members, frames, 256, 256]. What is
 * there already is left as it is, so that a run that was cut off goes on where it was.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';

import { InferenceSession, Tensor } from 'onnxruntime-node';

import { writeNpy } from '../../fixtures/phantom/npy.js';
import { readNpy } from '../../src/evaluation/npy.js';
import { BscanWindow, labelBscan } from '../../src/inference/segmentation.js';
import type { Network } from '../../src/inference/sessions.js';
import { modelContractSchema } from '../../src/inference/manifest.js';
import { intensityOfByte } from './canonical-case.js';

const [networksFolder = '', work = '', ...kinds] = process.argv.slice(2);
if (kinds.length === 0) throw new RangeError('Give a folder of networks, one of cases, and kinds.');

const files = readdirSync(networksFolder).filter((name) => /^phantom-seg-\d+\.onnx$/.test(name));
if (files.length === 0) throw new RangeError(`${networksFolder} has no phantom-seg-*.onnx.`);
const contractFile = process.env['OCTRIAGE_CONTRACT'] ?? new URL('contract.json', import.meta.url);
const contract = modelContractSchema.parse(JSON.parse(readFileSync(contractFile, 'utf8')));
const intensities = intensityOfByte(contract.normalisation.clip);
/** The cases are on the grid already. */
const UNMOVED = { rowOrigin: 0, rowScale: 1, columnOrigin: 0, columnScale: 1 };
const networks = await Promise.all(files.sort().map(open));
for (const kind of kinds) {
  mkdirSync(join(networksFolder, kind), { recursive: true });
  const names = readdirSync(join(work, kind));
  const seeds = names.flatMap((name) => /^(\d+)-cases\.json$/.exec(name)?.[1] ?? []);
  for (const seed of seeds.sort()) {
    const out = join(networksFolder, kind, `${seed}-members.npy`);
    if (!existsSync(out)) await label(join(work, kind, seed), out);
  }
}

async function open(file: string): Promise<Network> {
  const session = await InferenceSession.create(join(networksFolder, file), {
    intraOpNumThreads: 1,
  });
  return {
    identity: { role: 'segmentation', file, sha256: '' },
    run: (input, shape) => session.run({ bscans: new Tensor('float32', input, shape) }),
    release: () => session.release(),
  };
}

async function label(path: string, out: string): Promise<void> {
  const { values, shape } = readNpy(readFileSync(`${path}-bscans.npy`));
  const [, frames, rows, columns] = shape as [number, number, number, number];
  const [{ neighbourStride }] = JSON.parse(readFileSync(`${path}-cases.json`, 'utf8')) as [
    { neighbourStride: number },
  ];
  const size = rows * columns;
  const native = { rows, columns };
  const window = new BscanWindow({
    placement: { frames, rows, columns, native, neighbourStride, ...UNMOVED },
    write(frame, target) {
      for (let i = 0; i < size; i++) target[i] = intensities[values[frame * size + i]!]!;
    },
  });
  const labels = new Uint8Array(networks.length * frames * size);
  for (let frame = 0; frame < frames; frame++) {
    const input = window.at(frame);
    for (const [member, network] of networks.entries()) {
      const found = await labelBscan(network, input, window.shape);
      labels.set(found, (member * frames + frame) * size);
    }
  }
  writeNpy(`${out}.new`, labels, [networks.length, frames, rows, columns]);
  renameSync(`${out}.new`, out);
}

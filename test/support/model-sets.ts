import { readFileSync, writeFileSync } from 'node:fs';
import { TISSUES, tissueIndex, type TissueName } from '../../src/values/tissue.js';
import { ModelFolder, sha256 } from '../inference/model-folder.js';

/** Under these any doubt is urgent. */
const ANXIOUS_COSTS = [
  [0, 1000, 2000, 3000],
  [1, 0, 900, 1800],
  [2, 1, 0, 800],
  [3, 2, 1, 0],
];

/** The shipped networks with another cost matrix: another model set, whose decisions differ. */
export function anxiousSet(): ModelFolder {
  const set = new ModelFolder();
  const bytes = JSON.stringify({
    name: 'anxious',
    version: '1',
    meaning: 'any doubt is urgent',
    classes: ['urgent', 'semi-urgent', 'routine', 'observation-only'],
    costs: ANXIOUS_COSTS,
  });
  writeFileSync(set.file('anxious.json'), bytes);
  set.changeManifest((manifest) => {
    manifest['name'] = 'anxious';
    manifest['decision'] = { file: 'anxious.json', sha256: sha256(Buffer.from(bytes)) };
  });
  return set;
}

/** Where the exporter put the bias of the last layer: a float for each tissue class follows (TensorProto.raw_data). */
const HEAD_BIAS = Buffer.concat([
  Buffer.from('network.head.bias'),
  Buffer.from([0x4a, TISSUES.length * 4]),
]);

/** A segmentation network that is readier than another to see a tissue. */
function inclined(network: Buffer, tissue: TissueName, by: number): Buffer {
  const at = network.indexOf(HEAD_BIAS);
  if (at < 0) throw new Error('the network has no network.head.bias');
  const copy = Buffer.from(network);
  const bias = at + HEAD_BIAS.length + 4 * tissueIndex(tissue);
  copy.writeFloatLE(copy.readFloatLE(bias) + by, bias);
  return copy;
}

/** The shipped segmentation network and two that differ from it, each in one tissue: an ensemble with something to tell. */
export function disputingSet(): ModelFolder {
  const set = new ModelFolder();
  set.changeManifest((manifest) => {
    const { members } = manifest['segmentation'] as {
      members: (Record<string, unknown> & { readonly file: string })[];
    };
    const [first] = members.splice(0);
    if (first === undefined) throw new Error('the set has no segmentation network');
    const shipped = readFileSync(set.file(first.file));
    members.push(first);
    for (const tissue of ['subretinal-fluid', 'vitreous'] as const) {
      const bytes = inclined(shipped, tissue, 3);
      const file = `inclined-to-${tissue}.onnx`;
      writeFileSync(set.file(file), bytes);
      members.push({ ...first, file, sha256: sha256(bytes), bytes: bytes.length });
    }
  });
  return set;
}

import { writeFileSync } from 'node:fs';
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

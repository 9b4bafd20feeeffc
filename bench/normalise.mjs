// Normalises the native file named on the command line with the built node (dist/), again and again on one thread, and
// writes the seconds of each step as JSON.
import { readFileSync } from 'node:fs';
import { matchProfile } from '../dist/devices/match-profile.js';
import { readPart10Header } from '../dist/dicom/part10.js';
import {
  labelsToCanonicalGrid,
  toCanonicalGrid,
  toNativeGrid,
} from '../dist/inference/canonical-grid.js';
import { assessQuality } from '../dist/quality/assess-quality.js';
import { readPixels } from '../dist/volume/pixels/read-pixels.js';
import { readVolume } from '../dist/volume/read-volume.js';

const contract = JSON.parse(
  readFileSync(new URL('../models/training/contract.json', import.meta.url), 'utf8'),
);
const path = process.argv[2];
const header = await readPart10Header(path);
const { pixels } = await readPixels(path, header);
const { profile, because } = matchProfile(header.dataSet);

const steps = { volume: [], canonical: [], quality: [], back: [] };
function timed(step, work) {
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  steps[step].push((user + system) / 1e6);
  return result;
}
for (let round = 0; round < Number(process.argv[3]); round++) {
  const { volume } = timed('volume', () =>
    readVolume({ header: header.dataSet, pixels, profile, because }),
  );
  const { placement } = timed('canonical', () =>
    toCanonicalGrid(volume, contract.canonicalGrid, contract.normalisation),
  );
  timed('quality', () => assessQuality(volume));
  const labels = labelsToCanonicalGrid(volume.voxels, placement);
  timed('back', () => toNativeGrid(labels, placement));
}
process.stdout.write(JSON.stringify(steps));

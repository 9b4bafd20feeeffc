/**
 * Is it worth it to clean an unclear scan before the networks see it? Each step on degraded phantoms, by the Dice of the
 * shipped segmentation networks; models/evaluation/clean-up.md is what it prints (capability C16, decision 47).
 *
 *   node --import tsx models/evaluation/clean-up-figures.ts [PHANTOMS [FIRST_SEED [MODELS]]]
 */
import { fileURLToPath } from 'node:url';
import { writeFileSync } from 'node:fs';

import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { DEGRADATIONS } from '../../fixtures/phantom/degrade.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { makePhantom } from '../../fixtures/phantom/phantom.js';
import { overlaps, pooledDice, type OverlapOf } from '../../src/evaluation/overlap.js';
import { FLUID, TISSUE_NAMES, type TruthClass } from '../../src/evaluation/truth.js';
import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks } from '../../src/inference/sessions.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { CLEAN_UPS, type CleanUp } from './clean-up.js';

const HERE = fileURLToPath(new URL('..', import.meta.url));
const [phantoms = '8', first = '940000', models = HERE] = process.argv.slice(2);
const FRAMES = 6;
const DEVICES: readonly DressId[] = ['heidelberg-spectralis', 'topcon-maestro2'];
const SHOWN: readonly TruthClass[] = ['neurosensory-retina', 'retinal-pigment-epithelium', FLUID];
const STATES = ['as it is', '10 dB of light lost', 'defocus', 'shadow'] as const;

const networks = await openNetworks(loadModelSet(models), { providers: ['cpu'], threads: 1 });
const steps = Object.keys(CLEAN_UPS) as CleanUp[];
/** By state and step: of each phantom. */
const found = new Map<string, (readonly OverlapOf[])[]>();
for (let i = 0; i < Number(phantoms); i++) {
  for (const state of STATES) {
    const { appearance } = DRESSES[DEVICES[i % DEVICES.length]!];
    const seed = Number(first) + i;
    const options = { appearances: [appearance], randomise: false, artefacts: false };
    const drawn = drawSpecification(seed, { ...options, frames: FRAMES });
    const lost = state === '10 dB of light lost' ? { artefacts: { opacityDb: 10 } } : {};
    const phantom = makePhantom({ ...drawn, ...lost });
    const volume: OctVolume = {
      ...phantom,
      frameNumbers: Array.from({ length: FRAMES }, (_, frame) => frame + 1),
      profile: { id: appearance, because: 'phantom', evidence: 'phantom-only' },
      steps: [],
    };
    const seen =
      state === 'defocus' || state === 'shadow' ? DEGRADATIONS[state](volume) : volume.voxels;
    for (const step of steps) {
      const voxels = CLEAN_UPS[step]({ ...volume, voxels: seen });
      const { tissueMap } = await infer({ ...volume, voxels }, networks);
      const truth = { classes: TISSUE_NAMES, labels: phantom.tissueMap };
      const key = `${state}|${step}`;
      found.set(key, [...(found.get(key) ?? []), overlaps(tissueMap, truth, volume.spacing)]);
    }
    console.error(`${i + 1}/${phantoms} ${appearance} ${state}`);
  }
}

/** Pooled over the phantoms; `SHOWN`, and the mean of the lesions and fluids that are there. */
function row(state: string, step: CleanUp): readonly (number | null)[] {
  const all = found.get(`${state}|${step}`)!;
  const dice = (tissue: TruthClass) =>
    pooledDice(all.flatMap((one) => one.filter((overlap) => overlap.tissue === tissue)));
  const there = TISSUE_NAMES.filter((tissue) =>
    all.some((one) => one.some((overlap) => overlap.tissue === tissue && overlap.truth > 0)),
  ).map(dice);
  const mean = there.reduce<number>((sum, value) => sum + (value ?? 0), 0) / there.length;
  return [...SHOWN.map(dice), mean];
}

const { name, version, digest } = networks.modelSet;
const shown = (value: number | null) => value?.toFixed(3) ?? '–';
const lines = STATES.flatMap((state) =>
  steps.map((step) => `| ${state} | ${step} | ${row(state, step).map(shown).join(' | ')} |`),
);
writeFileSync(
  new URL('clean-up.md', import.meta.url),
  [
    '# Is it worth it to clean a scan before the networks see it?',
    '',
    `Made by \`clean-up-figures.ts\`; model set ${name} ${version} (sha256:${digest.slice(0, 12)}), ${phantoms} phantoms of`,
    `${FRAMES} B-scans from seed ${first}, in turn as ${DEVICES.join(' and ')}. Dice of the tissue map, pooled over the phantoms;`,
    'the last column is the mean of all classes that are there. What is archived is never changed.',
    '',
    `| scan | step | ${SHOWN.join(' | ')} | mean of classes |`,
    `| --- | --- | ${[...SHOWN, ''].map(() => '---').join(' | ')} |`,
    ...lines,
    '',
  ].join('\n'),
);

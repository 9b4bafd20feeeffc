/**
 * Measures the shipped model set, through the product's own inference, on phantoms that training never saw.
 *
 *   node --import tsx models/training/evaluate.ts FIRST_SEED VOLUMES [WORK [MODELS]]
 *
 * Writes WORK/evaluation.json: Dice per class, confusion of the referral, fluid volumes, seconds a volume.
 */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { APPEARANCES } from '../../fixtures/phantom/appearances.js';
import type { AppearanceId } from '../../fixtures/phantom/appearances.js';
import { drawSpecification } from '../../fixtures/phantom/draw.js';
import { makePhantom, volumeNl } from '../../fixtures/phantom/phantom.js';
import { infer } from '../../src/inference/infer.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks } from '../../src/inference/sessions.js';
import { readCostMatrix } from '../../src/referral/cost-matrix.js';
import { decide } from '../../src/referral/decide.js';
import type { OctVolume } from '../../src/values/oct-volume.js';
import { REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { TISSUES } from '../../src/values/tissue.js';

const DEVICES: readonly AppearanceId[] = ['spectralis', 'topcon-3doct2000', 'topcon-maestro2'];
const FRAMES = 24;
const FLUIDS = ['intraretinal-fluid', 'subretinal-fluid', 'serous-ped'] as const;

const [firstSeed = '910000', volumes = '24', work = 'work', models = '..'] = process.argv.slice(2);
await main(Number(firstSeed), Number(volumes));

function meanOf(rows: readonly (readonly number[])[]): number[] {
  return REFERRAL_CLASSES.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);
}

async function main(first: number, count: number): Promise<void> {
  const modelSet = loadModelSet(resolve(models));
  const networks = await openNetworks(modelSet, { providers: ['cpu'], threads: 1 });
  const costMatrix = readCostMatrix(modelSet.decision.path);
  const { thresholds } = modelSet.manifest;
  const overlap = new Float64Array(TISSUES.length);
  const sizes = new Float64Array(TISSUES.length);
  const confusion = REFERRAL_CLASSES.map(() => [...REFERRAL_CLASSES, 'not-assessed'].map(() => 0));
  let likeliestWrong = 0;
  let cost = 0;
  let seconds = 0;
  const fluid: { truth: number; found: number }[] = [];
  for (let i = 0; i < count; i++) {
    const appearance = DEVICES[i % DEVICES.length]!;
    const specification = drawSpecification(first + i, {
      appearances: [appearance],
      randomise: false,
      artefacts: false,
      frames: FRAMES,
    });
    const phantom = makePhantom(specification);
    const volume: OctVolume = {
      ...phantom,
      frameNumbers: Array.from({ length: phantom.frames }, (_, frame) => frame + 1),
      profile: { id: appearance, because: 'phantom', evidence: 'phantom-only' },
      steps: [],
    };
    const began = performance.now();
    const findings = await infer(volume, networks);
    seconds += (performance.now() - began) / 1000;
    for (let voxel = 0; voxel < phantom.tissueMap.length; voxel++) {
      const truth = phantom.tissueMap[voxel]!;
      const found = findings.tissueMap[voxel]!;
      sizes[truth]!++;
      sizes[found]!++;
      if (truth === found) overlap[truth]!++;
    }
    const quality = { assessable: true, grade: 'acceptable', criteria: [], advice: '' } as const;
    const decision = decide({ quality, findings, costMatrix, thresholds });
    const row = meanOf(findings.referral);
    const truth = REFERRAL_CLASSES.indexOf(phantom.referral);
    if (row.indexOf(Math.max(...row)) !== truth) likeliestWrong++;
    const chosen =
      decision.kind === 'assessed'
        ? REFERRAL_CLASSES.indexOf(decision.referral)
        : REFERRAL_CLASSES.length;
    confusion[truth]![chosen]!++;
    cost += costMatrix.costs[truth]![chosen] ?? 0;
    fluid.push({
      truth: FLUIDS.reduce((sum, name) => sum + volumeNl(phantom, name), 0),
      found: FLUIDS.reduce((sum, name) => sum + (findings.volumesNl[name] ?? 0), 0),
    });
    console.error(
      `${i + 1}/${count} ${appearance} ${phantom.pathologies.join('+')}: ${phantom.referral} -> ` +
        `${decision.kind === 'assessed' ? decision.referral : decision.reasons.map(({ name }) => name).join()} ` +
        row.map((p) => p.toFixed(2)).join(' '),
    );
  }
  const rounded = (value: number) => Math.round(value * 1000) / 1000;
  const total = (key: 'truth' | 'found') => fluid.reduce((sum, one) => sum + one[key], 0);
  const report = {
    set: `${count} phantom volumes of ${FRAMES} B-scans from seed ${first}, devices ${DEVICES.join(', ')}`,
    matrices: DEVICES.map((id) => `${id} ${APPEARANCES[id].rows} × ${APPEARANCES[id].columns}`),
    dice: Object.fromEntries(
      TISSUES.map(({ name }, i) => [
        name,
        sizes[i]! > 0 ? rounded((2 * overlap[i]!) / sizes[i]!) : null,
      ]),
    ),
    referral: {
      errorOfLikeliest: rounded(likeliestWrong / count),
      meanCost: rounded(cost / count),
      rows: REFERRAL_CLASSES,
      columns: [...REFERRAL_CLASSES, 'not-assessed'],
      confusion,
    },
    fluidNl: { truth: Math.round(total('truth')), found: Math.round(total('found')) },
    secondsPerBscan: rounded(seconds / count / FRAMES),
  };
  writeFileSync(join(work, 'evaluation.json'), JSON.stringify(report, null, 2));
  console.error(JSON.stringify(report, null, 2));
}

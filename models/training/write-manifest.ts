/**
 * Writes models/manifest.json: the contract, the hash of every file, and what was measured.
 *
 *   node --import tsx models/training/write-manifest.ts
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { modelManifestSchema } from '../../src/inference/manifest.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { TISSUES } from '../../src/values/tissue.js';

const NOTICE =
  'RESEARCH USE ONLY. Not a medical device. Not CE-marked, not FDA-cleared. Must not be used for diagnosis, triage or ' +
  'treatment of patients. The bundled weights were trained on simulated scans; their referral output has no clinical ' +
  'validity. An institution that replaces them becomes responsible for validation and for any regulatory duty (EU MDR ' +
  '2017/745 rule 11, FDA SaMD, UK MHRA).';

interface TrainingRecord {
  readonly seed: number;
  readonly steps: number;
  readonly seconds: number;
  readonly [key: string]: unknown;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const json = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const segmentation = json(here('work/segmentation.pt.json')) as TrainingRecord;
const classification = json(here('work/classification.pt.json')) as TrainingRecord;
const evaluation = existsSync(here('work/evaluation.json'))
  ? (json(here('work/evaluation.json')) as object)
  : {};
/** Real scans that are not part of this project: reported, never trained on or tuned to. */
const duke = here('work/evaluation-duke.json');
const realScans = existsSync(duke)
  ? {
      set: 'Duke DME (Chiu et al. 2015), subjects 1 to 4, single B-scans',
      ...(json(duke) as object),
    }
  : 'not measured';
const [segmentationParameters, classificationParameters] = json(here('work/parameters.json')) as [
  number,
  number,
];

function member(file: string, { seed, steps }: TrainingRecord, parameters: number) {
  const bytes = readFileSync(here(`../${file}`));
  return { file, sha256: sha256(bytes), bytes: bytes.length, parameters, seed, steps };
}

const manifest = modelManifestSchema.parse({
  schemaVersion: 1,
  name: 'phantom',
  version: '0.1.0',
  notice: NOTICE,
  intendedUse: 'Development, tests and demonstration of the node on simulated macular OCT cubes.',
  licence: 'Apache-2.0',
  classes: TISSUES.map(({ name, kind }, index) => ({ index, name, kind })),
  referralClasses: REFERRAL_CLASSES,
  pathologies: PATHOLOGIES.map(({ name }) => name),
  ...(json(here('contract.json')) as object),
  segmentation: {
    opset: 17,
    producer: 'pytorch 1.13.1',
    input: { name: 'bscans', dtype: 'float32', shape: ['n', 3, 'h', 'w'] },
    outputs: [
      { name: 'labels', dtype: 'uint8', shape: ['n', 'h', 'w'] },
      { name: 'confidence', dtype: 'float32', shape: ['n'] },
    ],
    members: [member('phantom-seg-0.onnx', segmentation, segmentationParameters)],
  },
  classification: {
    opset: 17,
    producer: 'pytorch 1.13.1',
    input: { name: 'thickness', dtype: 'float32', shape: ['n', 19, 24, 128] },
    outputs: [
      { name: 'referral', dtype: 'float32', shape: ['n', 4] },
      { name: 'pathologies', dtype: 'float32', shape: ['n', 10] },
    ],
    members: [member('phantom-cls-0.onnx', classification, classificationParameters)],
  },
  thresholds: {
    minimumRetinaShare: 0.8,
    minimumTopProbability: 0.4,
    maximumSpread: 0.35,
    cnvSafetyNet: 0.5,
  },
  decision: { file: 'decision.json', sha256: sha256(readFileSync(here('../decision.json'))) },
  training: {
    data: 'phantoms of fixtures/phantom only; no scan of a person',
    hardware: '2 shared cores (AVX2), no GPU',
    segmentation,
    classification,
  },
  evaluation: { ...evaluation, realScans },
});
writeFileSync(here('../manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

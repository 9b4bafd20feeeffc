/**
 * Writes OUT/manifest.json: the contract, the hash of every file, and what was measured.
 *
 *   node --import tsx models/training/write-manifest.ts WORK OUT
 *
 * WORK holds exported.json (export_onnx.py), reports.json (the training), and what was measured: `evaluation/` (phantoms)
 * and `evaluation-duke/`, both by models/evaluation/evaluate.ts, and leave-one-device-out.json.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { EvaluationReport } from '../../src/evaluation/report.js';
import { modelManifestSchema } from '../../src/inference/manifest.js';
import { SCAN_STATISTICS } from '../../src/inference/scan-statistics.js';
import { PATHOLOGIES, REFERRAL_CLASSES } from '../../src/values/referral-class.js';
import { TISSUES } from '../../src/values/tissue.js';
import { accompanyingFiles } from './accompanying-files.js';

const NOTICE =
  'RESEARCH USE ONLY. Not a medical device. Not CE-marked, not FDA-cleared. Must not be used for diagnosis, triage or ' +
  'treatment of patients. The bundled weights were trained on simulated scans; their referral output has no clinical ' +
  'validity. An institution that replaces them becomes responsible for validation and for any regulatory duty (EU MDR ' +
  '2017/745 rule 11, FDA SaMD, UK MHRA).';
const VERSION = '0.2.0';
/** With fewer answers than this share of the members, agreement says too little. */
const LEAST_SHARE = 0.6;

interface ExportedMember {
  readonly file: string;
  readonly parameters: number;
  readonly seed: number;
  readonly steps: number;
}
interface Exported {
  readonly opset: number;
  readonly producer: string;
  readonly members: {
    readonly segmentation: readonly ExportedMember[];
    readonly classification: readonly ExportedMember[];
  };
}
/** What training reports, by file; only what the manifest takes is named. */
interface Reports {
  readonly thresholds: {
    readonly mean: readonly number[];
    readonly precision: readonly (readonly number[])[];
    readonly maximumDistance: number;
    readonly maximumDisagreement: number;
    readonly figures: object;
  };
  readonly segmentation: object;
  readonly classification: { readonly temperatures: object; readonly heldOut: object };
  readonly 'map-held-out': {
    readonly volumes: number;
    readonly dice: readonly (number | null)[];
    readonly disagreement: number;
    readonly deviceDice: Readonly<Record<string, readonly (number | null)[]>>;
  };
}

const [work = 'work', out = '..'] = process.argv.slice(2);
const json = <T>(path: string): T => JSON.parse(readFileSync(path, 'utf8')) as T;
const ifThere = (name: string) => {
  const path = join(work, name);
  return existsSync(path) ? json<object>(path) : undefined;
};
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const byTissue = (values: readonly (number | null)[]) =>
  Object.fromEntries(TISSUES.map(({ name }, i) => [name, values[i] ?? null]));

/** What a report of `octriage evaluate` says, in a few figures. */
function ownEvaluation(folder: string): object | undefined {
  const path = join(work, folder, 'evaluation.json');
  if (!existsSync(path)) return undefined;
  const report = json<EvaluationReport>(path);
  const { classes, referral } = report.all;
  return {
    set: report.title,
    scans: report.all.scans,
    dice: Object.fromEntries(classes.map(({ tissue, dice }) => [tissue, dice])),
    fluidNl: classes
      .filter(({ tissue }) => tissue === 'fluid')
      .map(({ truthNl, foundNl }) => ({ truth: truthNl, found: foundNl }))[0],
    referral,
    operatingPoints: report.operatingPoints,
  };
}

const { opset, producer, members } = json<Exported>(join(work, 'exported.json'));
const reports = json<Reports>(join(work, 'reports.json'));
const { thresholds, classification } = reports;
const heldOut = reports['map-held-out'];

function network(own: readonly ExportedMember[]) {
  return {
    opset,
    producer,
    minimumMembers: Math.ceil(own.length * LEAST_SHARE),
    members: own.map((member) => {
      const bytes = readFileSync(join(out, member.file));
      return { ...member, sha256: sha256(bytes), bytes: bytes.length };
    }),
  };
}

const manifest = modelManifestSchema.parse({
  schemaVersion: 1,
  name: 'phantom',
  version: VERSION,
  notice: NOTICE,
  intendedUse: 'Development, tests and demonstration of the node on simulated macular OCT cubes.',
  licence: 'Apache-2.0',
  classes: TISSUES.map(({ name, kind }, index) => ({ index, name, kind })),
  referralClasses: REFERRAL_CLASSES,
  pathologies: PATHOLOGIES.map(({ name }) => name),
  ...json<object>(new URL('contract.json', import.meta.url).pathname),
  segmentation: {
    input: { name: 'bscans', dtype: 'float32', shape: ['n', 3, 'h', 'w'] },
    outputs: [
      { name: 'labels', dtype: 'uint8', shape: ['n', 'h', 'w'] },
      { name: 'confidence', dtype: 'float32', shape: ['n'] },
    ],
    ...network(members.segmentation),
  },
  classification: {
    input: { name: 'thickness', dtype: 'float32', shape: ['n', 19, 24, 128] },
    outputs: [
      { name: 'referral', dtype: 'float32', shape: ['n', 4] },
      { name: 'pathologies', dtype: 'float32', shape: ['n', 10] },
      { name: 'activation', dtype: 'float32', shape: ['n', 14, 6, 8] },
    ],
    ...network(members.classification),
  },
  thresholds: {
    minimumRetinaShare: 0.8,
    minimumTopProbability: 0.4,
    maximumSpread: 0.35,
    cnvSafetyNet: 0.5,
    maximumDistance: thresholds.maximumDistance,
    maximumDisagreement: thresholds.maximumDisagreement,
  },
  likeness: {
    statistics: SCAN_STATISTICS,
    mean: thresholds.mean,
    precision: thresholds.precision,
  },
  ...accompanyingFiles(out),
  training: {
    data: 'phantoms of fixtures/phantom only; no scan of a person',
    commit: existsSync(join(work, 'commit'))
      ? readFileSync(join(work, 'commit'), 'utf8').trim()
      : '',
    segmentation: reports.segmentation,
    classification: { ...classification, heldOut: undefined },
    calibration: {
      method: 'one temperature for the referral, one for each pathology, inside the graph',
      temperatures: classification.temperatures,
    },
    likeness: thresholds.figures,
  },
  evaluation: {
    ...ownEvaluation('evaluation'),
    heldOut: {
      set: `${heldOut.volumes} phantom volumes of seeds that no training saw, half the matrix, 24 B-scans, artefacts included`,
      dice: byTissue(heldOut.dice),
      diceOfDevice: Object.fromEntries(
        Object.entries(heldOut.deviceDice).map(([device, dice]) => [device, byTissue(dice)]),
      ),
      disagreement: heldOut.disagreement,
      ...classification.heldOut,
    },
    leaveOneDeviceOut: ifThere('leave-one-device-out.json') ?? 'not measured',
    realScans: ownEvaluation('evaluation-duke') ?? 'not measured',
  },
});
writeFileSync(join(out, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);

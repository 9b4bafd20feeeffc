/**
 * The report of `octriage evaluate` on phantoms that no training saw, and on real scans that are not part of this project.
 *
 *   npm run evaluate -- phantoms [--volumes 24] [--first-seed 910000] [--frames 24] [--devices nidek,zeiss-cirrus]
 *   npm run evaluate -- duke FOLDER | vol FOLDER | zeiss FOLDER
 *       [--models FOLDER] [--out models/evaluation/NAME]
 *
 * Phantoms go the whole way, from DICOM files to the decision. Real B-scans are single ones: the quality gate refuses
 * them, and they are segmented for the measurement alone. No picture of a real scan is written: licences differ.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { PROFILES } from '../../src/devices/profiles.js';
import type { EvaluatedScans } from '../../src/rereading/evaluate-scans.js';
import { makeReport } from '../../src/evaluation/report.js';
import { reportPage } from '../../src/evaluation/report-page.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { openNetworks } from '../../src/inference/sessions.js';
import { readCostMatrix } from '../../src/referral/cost-matrix.js';
import { costMatricesOf, reportHead } from '../../src/rereading/report-head.js';
import { evaluatePhantoms } from './phantoms.js';
import { dukeScans, evaluateReal, volScans, zeissScans } from './real-scans.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    volumes: { type: 'string', default: '24' },
    'first-seed': { type: 'string', default: '910000' },
    frames: { type: 'string', default: '24' },
    devices: { type: 'string' },
    models: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    out: { type: 'string' },
  },
});
const [kind = '', folder = ''] = positionals;
const modelSet = loadModelSet(values.models);
const networks = await openNetworks(modelSet, { providers: ['cpu'], threads: 1 });
const costMatrix = readCostMatrix(modelSet.decision.path);
const operatingPoints = costMatricesOf(modelSet);
const room = { networks, costMatrix, operatingPoints, profiles: PROFILES };

const SETS: Readonly<Record<string, () => Promise<{ title: string; evaluated: EvaluatedScans }>>> =
  {
    phantoms: () =>
      evaluatePhantoms(room, {
        volumes: Number(values.volumes),
        firstSeed: Number(values['first-seed']),
        frames: Number(values.frames),
        devices: values.devices?.split(','),
      }),
    duke: () => evaluateReal('Duke DME, 44 real B-scans of 4 eyes', dukeScans(folder), room),
    vol: () => evaluateReal('Real Spectralis B-scans with device lines', volScans(folder), room),
    zeiss: () => evaluateReal('Real Cirrus B-scans of the disc', zeissScans(folder), room),
  };
const set = SETS[kind];
if (set === undefined) throw new Error(`give one of ${Object.keys(SETS).join(', ')}`);
const { title, evaluated } = await set();
const { scans, pictures, withoutTruth, notEvaluated } = evaluated;
const head = { ...reportHead(title, networks, costMatrix), withoutTruth, notEvaluated };
const report = makeReport(head, scans, costMatrix.costs, operatingPoints);
const out = values.out ?? fileURLToPath(new URL(kind, import.meta.url));
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'evaluation.json'), `${JSON.stringify(report, null, 1)}\n`);
writeFileSync(join(out, 'evaluation.html'), reportPage(report, pictures));
const { classes, surfaces, referral } = report.all;
console.error(
  JSON.stringify({
    dice: Object.fromEntries(classes.map(({ tissue, dice }) => [tissue, dice])),
    surfaces,
    referral,
    calibration: report.calibration?.error,
  }),
);

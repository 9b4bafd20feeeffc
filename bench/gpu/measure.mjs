/**
 * Reads volumes on one execution provider with the built program and prints JSON: time of each stage, whole way from
 * stored instance to synced result files, memory, and the bare ONNX Runtime time for the same networks and tensors.
 * Needs Node.js and `dist/` only, so that it runs on a machine without network; `bench/inference.ts` and the GPU script
 * both use it.
 *
 *   node measure.mjs ROOT MODELS PROVIDER THREADS ROUNDS FILE.dcm …
 */
import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [root, models, provider, threads, rounds, ...files] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(resolve(root, 'dist', path)).href);
const { InferenceSession, Tensor } = createRequire(resolve(root, 'package.json'))(
  'onnxruntime-node',
);
const { loadModelSet } = await load('inference/model-set.js');
const { openNetworks } = await load('inference/sessions.js');
const { readAcquisition } = await load('pipeline.js');
const { readCostMatrix } = await load('referral/cost-matrix.js');
const { PROFILES } = await load('devices/profiles.js');
const { readPart10Header } = await load('dicom/part10.js');
const { loadVolume } = await load('volume/load-volume.js');
const { matchProfile } = await load('devices/match-profile.js');
const { infer } = await load('inference/infer.js');
const { openCanonicalGrid } = await load('inference/canonical-grid.js');
const { BscanWindow } = await load('inference/segmentation.js');
const { EN_FACE_CHANNELS } = await load('inference/thickness-maps.js');

const modelSet = loadModelSet(models);
const began = performance.now();
const networks = await openNetworks(modelSet, { providers: [provider], threads: Number(threads) });
const opened = performance.now() - began;
const room = {
  networks,
  costMatrix: readCostMatrix(modelSet.decision.path),
  profiles: PROFILES,
  product: {
    manufacturer: 'OCTriage project',
    name: 'OCTriage',
    version: '0',
    serialNumber: 'BENCH',
    deviceUid: '2.25.1',
  },
  settingsDigest: provider,
};

async function acquisitionOf(path) {
  const { dataSet } = await readPart10Header(path);
  const instance = {
    sopInstanceUid: dataSet.text('SOPInstanceUID'),
    sopClassUid: dataSet.text('SOPClassUID'),
    seriesInstanceUid: dataSet.text('SeriesInstanceUID'),
    studyInstanceUid: dataSet.text('StudyInstanceUID'),
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    digest: '00',
    path,
    byteLength: 0,
    callingAeTitle: 'BENCH',
    peerAddress: '127.0.0.1',
    receivedAt: '2026-11-23T06:00:00.000Z',
  };
  return {
    id: '1.2.3',
    revision: 1,
    studyInstanceUid: instance.studyInstanceUid,
    instances: [instance],
    completeBecause: 'all-frames-in-one-object',
  };
}

function store(folder, results) {
  results.forEach(({ bytes }, index) => {
    const file = openSync(join(folder, `${index}.dcm`), 'w');
    writeSync(file, bytes);
    fsyncSync(file);
    closeSync(file);
  });
}

async function wholeWay(acquisition, folder) {
  const stages = {};
  let last = performance.now();
  const start = last;
  const reading = await readAcquisition(acquisition, room, (_, stage) => {
    const now = performance.now();
    stages[stage] = (stages[stage] ?? 0) + now - last;
    last = now;
  });
  store(folder, reading.results);
  stages.store = performance.now() - last;
  return { milliseconds: performance.now() - start, stages, reading };
}

/** The same runs on the same tensors by sessions of the same options, and nothing else. */
async function bareRuns(volume) {
  const options = {
    executionProviders: [provider],
    intraOpNumThreads: Number(threads),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
  const open = (list) =>
    Promise.all(list.map(({ path }) => InferenceSession.create(path, options)));
  const [segmentation, classification] = [
    await open(modelSet.segmentation),
    await open(modelSet.classification),
  ];
  const {
    canonicalGrid,
    normalisation,
    enFaceGrid,
    segmentation: contract,
    classification: second,
  } = modelSet.manifest;
  const window = new BscanWindow(openCanonicalGrid(volume, canonicalGrid, normalisation));
  const tensors = Array.from(
    { length: volume.frames },
    (_, frame) => new Tensor('float32', window.at(frame).slice(), window.shape),
  );
  const shape = [1, EN_FACE_CHANNELS, enFaceGrid.frames, enFaceGrid.columns];
  const maps = new Tensor('float32', new Float32Array(shape.reduce((a, b) => a * b)), shape);
  return {
    async run() {
      const start = performance.now();
      for (const tensor of tensors)
        for (const one of segmentation) await one.run({ [contract.input.name]: tensor });
      for (let i = 0; i < segmentation.length; i++)
        for (const one of classification) await one.run({ [second.input.name]: maps });
      return performance.now() - start;
    },
  };
}

const sha = (bytes) => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
const folder = mkdtempSync(join(tmpdir(), 'octriage-measure-'));
try {
  for (const path of files) {
    const acquisition = await acquisitionOf(path);
    const { volume } = await loadVolume({ path }, (header) => matchProfile(header, PROFILES));
    const first = await wholeWay(acquisition, folder);
    const memory = process.resourceUsage().maxRSS / 1024;
    const bare = await bareRuns(volume);
    await bare.run();
    const measured = [];
    // In turns, so that what else the machine does meets both.
    for (let round = 0; round < Number(rounds); round++) {
      const whole = await wholeWay(acquisition, folder);
      measured.push({ whole: whole.milliseconds, stages: whole.stages, bare: await bare.run() });
    }
    const { tissueMap, referral } = await infer(volume, networks);
    process.stdout.write(
      `${JSON.stringify({
        provider: networks.executionProvider,
        threads: Number(threads),
        members: [networks.segmentation.length, networks.classification.length],
        matrix: [volume.frames, volume.rows, volume.columns],
        openMilliseconds: opened,
        first: { milliseconds: first.milliseconds, stages: first.stages },
        measured,
        peakMiB: memory,
        decision:
          first.reading.decision.kind === 'assessed'
            ? first.reading.decision.referral
            : first.reading.decision.reasons,
        tissueMapSha: sha(tissueMap),
        labelCounts: tissueMap.reduce(
          (counts, label) => ((counts[label] = (counts[label] ?? 0) + 1), counts),
          {},
        ),
        referral: referral[0].map(
          (_, i) => referral.reduce((sum, row) => sum + row[i], 0) / referral.length,
        ),
      })}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true });
}

import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OptUids } from '../fixtures/opt/modules.js';
import { makeOptFile, type OptFileSpecification } from '../fixtures/opt/opt-file.js';
import { writeOptFiles } from '../fixtures/opt/write-files.js';
import { PROFILES } from '../src/devices/profiles.js';
import type { Networks } from '../src/inference/sessions.js';
import { readAcquisition, SourceUnreadableError, type Reading } from '../src/pipeline.js';
import { readCostMatrix } from '../src/referral/cost-matrix.js';
import { tissueIndex } from '../src/values/tissue.js';
import type { ReadingOrder } from '../src/values/workitem.js';
import { constant, networksOf, uniform } from './inference/fake-networks.js';
import { MODELS } from './inference/model-folder.js';

const RETINA = tissueIndex('neurosensory-retina');
const SCAN: OptFileSpecification = {
  dress: 'heidelberg-spectralis',
  phantom: { seed: 1, laterality: 'R', pathologies: [] },
};

describe('the way of one acquisition', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'octriage-pipeline-'));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  async function read(
    scan: OptFileSpecification,
    networks: Networks,
    order?: ReadingOrder,
  ): Promise<Reading> {
    const [file] = writeOptFiles(folder, [scan]);
    if (file === undefined) throw new Error('no file');
    return readFile(file.path, file.uids, networks, order);
  }

  function readFile(
    path: string,
    uids: OptUids,
    networks: Networks,
    order?: ReadingOrder,
  ): Promise<Reading> {
    const instance = {
      sopInstanceUid: uids.instance,
      sopClassUid: '1.2.840.10008.5.1.4.1.1.77.1.5.4',
      seriesInstanceUid: uids.series,
      studyInstanceUid: uids.study,
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      digest: '00',
      path,
      byteLength: 0,
      callingAeTitle: 'SCANNER',
      peerAddress: '127.0.0.1',
      receivedAt: '2026-11-23T06:00:00.000Z',
    };
    return readAcquisition(
      {
        id: '1.2.3',
        revision: 1,
        studyInstanceUid: uids.study,
        instances: [instance],
        completeBecause: 'all-frames-in-one-object',
      },
      {
        networks,
        costMatrix: readCostMatrix(join(MODELS, 'decision.json')),
        product: {
          manufacturer: 'OCTriage project',
          name: 'OCTriage',
          version: '0',
          serialNumber: 'TEST',
          deviceUid: '2.25.1',
        },
        profiles: PROFILES,
        settingsDigest: '00',
      },
      () => undefined,
      [],
      order,
    );
  }

  const sound = networksOf([uniform('s', RETINA)], [constant('c', [0.97, 0.01, 0.01, 0.01])]);

  it('ends in a decision and a report', async () => {
    const { decision, results } = await read(SCAN, sound);
    expect(decision).to.deep.include({ kind: 'assessed', referral: 'urgent' });
    expect(results.map(({ kind }) => kind)).to.deep.equal(['report']);
  });

  it('makes what was ordered, of several networks also where they differ', async () => {
    const several = networksOf(
      [uniform('a', RETINA), uniform('b', RETINA), uniform('c', tissueIndex('choroid'))],
      [constant('d', [0.97, 0.01, 0.01, 0.01])],
    );
    for (const differing of ['disagreement-map', 'alternative-label-map'] as const) {
      const kinds = ['label-map', differing] as const;
      const { results } = await read(SCAN, several, { kinds, predecessors: [] });
      expect(results.map(({ kind }) => kind)).to.deep.equal([...kinds, 'report']);
    }
  });

  it('the same twice gives the same bytes', async () => {
    const [one, two] = [await read(SCAN, sound), await read(SCAN, sound)];
    expect(one.results).to.deep.equal(two.results);
  });

  const silent = networksOf([uniform('s', RETINA)], [constant('c', [NaN, 0, 0, 1])]);
  const stops: readonly (readonly [
    what: string,
    OptFileSpecification,
    Networks,
    reason: string,
  ])[] = [
    ['an unknown device', { ...SCAN, dress: 'unknown' }, sound, 'UNKNOWN_DEVICE'],
    [
      'missing laterality',
      { ...SCAN, variations: ['missing-laterality'] },
      sound,
      'LATERALITY_MISSING',
    ],
    [
      'a scan that is too dark',
      {
        ...SCAN,
        phantom: {
          seed: 1,
          laterality: 'R',
          pathologies: ['cnv'],
          artefacts: { opacityDb: 25 },
        },
      },
      sound,
      'QUALITY_INSUFFICIENT',
    ],
    ['a network that answers with no number', SCAN, silent, 'NETWORK_OUTPUT_INVALID'],
    [
      'a network that finds no retina',
      SCAN,
      networksOf([uniform('s', 0)], [constant('c', [0.97, 0.01, 0.01, 0.01])]),
      'RETINA_NOT_FOUND',
    ],
  ];
  for (const [what, scan, networks, reason] of stops) {
    it(`${what}: a report that says not assessed (${reason}), never a class`, async () => {
      const { decision, results } = await read(scan, networks);
      if (decision.kind === 'assessed') throw new Error(`a decision: ${decision.referral}`);
      expect(decision.reasons.map(({ name }) => name)).to.include(reason);
      expect(results.map(({ kind }) => kind)).to.include('report');
    });
  }

  it('a source that is no DICOM file is an error for the ledger, not a report', async () => {
    const path = join(folder, 'damaged.dcm');
    writeFileSync(path, 'no DICOM');
    const { uids } = makeOptFile(SCAN);
    const thrown: unknown = await readFile(path, uids, sound).catch((error: unknown) => error);
    expect(thrown).to.be.instanceOf(SourceUnreadableError);
  });
});

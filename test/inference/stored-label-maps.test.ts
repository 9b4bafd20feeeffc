import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { truthOfSegmentation } from '../../src/evaluation/segmentation-truth.js';
import { classify, type Classification } from '../../src/inference/classification.js';
import { loadModelSet } from '../../src/inference/model-set.js';
import { closeNetworks, openNetworks, type Networks } from '../../src/inference/sessions.js';
import { measureTissueMap } from '../../src/inference/thickness-maps.js';
import { assess } from '../../src/pipeline.js';
import { readCostMatrix } from '../../src/referral/cost-matrix.js';
import { decide } from '../../src/referral/decide.js';
import { buildResults } from '../../src/results/build.js';
import { PATHOLOGIES } from '../../src/values/referral-class.js';
import { loadAcquisition } from '../../src/volume/load-acquisition.js';
import { disputingSet } from '../support/model-sets.js';
import { resultInput } from '../support/result-input.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import type { ModelFolder } from './model-folder.js';

describe('inference: what is stored of an ensemble', function () {
  this.timeout(120_000);
  const folder = temporaryFolder();
  let models: ModelFolder;
  let networks: Networks;

  before(async () => {
    models = disputingSet();
    networks = await openNetworks(loadModelSet(models.path), { providers: ['cpu'], threads: 2 });
  });
  after(async () => {
    await closeNetworks(networks);
    models.remove();
  });

  it('C1: from the label maps of its networks alone the decision is computed again, bit for bit', async () => {
    const [file] = writeOptFiles(folder('scan'), [
      {
        dress: 'heidelberg-spectralis',
        phantom: { seed: 5, laterality: 'L', pathologies: ['cnv'] },
        variations: ['reversed-frames', 'mirrored-columns'],
      },
    ]);
    const { path, uids } = file!;
    const instance = { ...resultInput().sourceInstance, path, sopInstanceUid: uids.instance };
    const loaded = await loadAcquisition([instance], (header) => matchProfile(header, PROFILES));
    const { manifest } = networks;
    const costMatrix = readCostMatrix(models.file('decision.json'));
    const found = await assess(loaded, { networks, costMatrix }, undefined, { memberMaps: true });
    const [volume, findings] = [found.volume!, found.findings!];
    expect(new Set(findings.referral.map(String)).size, 'networks that differ').to.be.above(1);

    const input = {
      ...resultInput(),
      ...found,
      source: loaded.header!,
      sourceInstance: { ...instance, studyInstanceUid: uids.study, seriesInstanceUid: uids.series },
    };
    const { objects, defects } = buildResults(input, ['network-label-map']);
    expect(defects).to.deep.equal([]);
    const stored = objects.filter(({ kind }) => kind === 'network-label-map');
    expect(stored).to.have.length(networks.segmentation.length);

    const answers: Classification[] = [];
    for (const { bytes, sopInstanceUid } of stored) {
      const map = folder(`${sopInstanceUid}.dcm`);
      writeFileSync(map, bytes);
      const { labels } = await truthOfSegmentation(map, {}, volume, (_, frame) => frame);
      const { enFace } = measureTissueMap(labels, volume, manifest.enFaceGrid);
      for (const network of networks.classification) {
        answers.push(await classify(enFace, manifest.enFaceGrid, network));
      }
    }
    expect(answers.map(({ referral }) => referral)).to.deep.equal(findings.referral);
    const mean = (index: number) =>
      answers.reduce((sum, { pathologies }) => sum + pathologies[index]!, 0) / answers.length;
    const pathologies = Object.fromEntries(PATHOLOGIES.map(({ name }, i) => [name, mean(i)]));
    expect(pathologies).to.deep.equal(findings.pathologies);
    const again = { ...findings, referral: answers.map(({ referral }) => referral) };
    const evidence = { quality: found.quality!, costMatrix, thresholds: manifest.thresholds };
    expect(decide({ ...evidence, findings: again })).to.deep.equal(found.decision);
  });
});

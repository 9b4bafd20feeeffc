import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { openScanImages } from '../../src/joints/console-images.js';
import type { ScanImages } from '../../src/console/ports.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { renderingOf } from '../../src/joints/rendered.js';
import { buildResults } from '../../src/results/build.js';
import { tissueIndex } from '../../src/values/tissue.js';
import type { ResultKind } from '../../src/values/result-kinds.js';
import { resultInput } from '../support/result-input.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { loadBytes, volumeOf } from '../volume/support.js';

const KINDS = ['label-map', 'disagreement-map', 'alternative-label-map'] as const;
const MEMBERS = 5;

for (const variations of [[], ['mirrored-columns']] as const) {
  const how = variations.length === 0 ? 'as the volume is' : 'mirrored';
  describe(`console: results of a scan whose columns are stored ${how}`, () => {
    const folder = temporaryFolder();
    const file = makeOptFile({
      dress: 'heidelberg-spectralis',
      phantom: { seed: 5, laterality: 'R', pathologies: ['cnv'], landmark: true },
      variations: [...variations],
    });
    const { truth, uids } = file;
    const size = truth.rows * truth.columns;
    const vitreous = tissueIndex('vitreous');
    // Asymmetric, and everything that may be: any class but the majority's, up to all members but one.
    const dissenters = truth.tissueMap.map((_, i) => (i % 7 === 0 ? 1 + (i % (MEMBERS - 1)) : 0));
    const alternatives = truth.tissueMap.map((label, i) =>
      dissenters[i] === 0 ? label : label === vitreous ? tissueIndex('choroid') : label - 1,
    );
    const instance = {
      ...resultInput().sourceInstance,
      sopInstanceUid: uids.instance,
      seriesInstanceUid: uids.series,
      studyInstanceUid: uids.study,
    };

    async function open(...kinds: readonly ResultKind[]): Promise<ScanImages> {
      const base = resultInput();
      const volume = volumeOf(await loadBytes(file.bytes));
      const dissent = { members: MEMBERS, dissenters, alternatives };
      const findings = { ...base.findings!, tissueMap: truth.tissueMap, dissent };
      const input = { ...base, source: file.header, sourceInstance: instance, volume, findings };
      const { objects, defects } = buildResults(input, kinds);
      expect(defects).to.deep.equal([]);
      const results = objects.map(({ kind, bytes }) => {
        const path = folder(`${kind}.dcm`);
        writeFileSync(path, bytes);
        return { kind, path };
      });
      const path = folder('scan.dcm');
      writeFileSync(path, file.bytes);
      const acquisition = {
        id: 'scan',
        revision: 1,
        studyInstanceUid: uids.study,
        instances: [{ ...instance, path }],
        completeBecause: 'all-frames-in-one-object',
      } as const;
      return (await openScanImages(acquisition, results, PROFILES))!;
    }

    const whole = (frame: (frame: number) => Uint8Array): Buffer =>
      Buffer.concat(Array.from({ length: truth.frames }, (_, i) => frame(i)));

    it('each overlay lies on the B-scan that it is of, voxel by voxel', async () => {
      const images = await open(...KINDS);
      expect(whole((i) => images.bScan(i)).equals(truth.voxels)).to.equal(true);
      expect(whole((i) => images.tissueMap(i)).equals(truth.tissueMap)).to.equal(true);
      expect(images.dissenters!.members).to.equal(MEMBERS);
      expect(whole((i) => images.dissenters!.map(i)).equals(dissenters)).to.equal(true);
      const expected = alternatives.map((label, i) => (dissenters[i] === 0 ? 0 : label + 1));
      expect(whole((i) => images.alternatives!.map(i)).equals(expected)).to.equal(true);
      expect(images.alternatives!.labels).to.include(vitreous);
    });

    it('so do the tissues of a segmentation with a bit a pixel', async () => {
      const images = await open('tissue-segmentation');
      expect(whole((i) => images.tissueMap(i)).equals(truth.tissueMap)).to.equal(true);
      expect(images.dissenters ?? images.alternatives).to.equal(undefined);
    });

    it('a rendered frame is painted on the pixels that are stored', async () => {
      const images = await open('label-map');
      const archive = { worklist: { acquisitionsOf: () => Promise.resolve(['scan']) } };
      const render = renderingOf(archive, { images: () => Promise.resolve(images) });
      const frame = Math.floor(truth.frames / 2);
      const stored = file.storedFrames.indexOf(frame) + 1;
      const { labels } = (await render.tissuesOf(uids.instance, stored))!;
      const { columns } = truth;
      for (let i = 0; i < size; i++) {
        const column = i % columns;
        const own = variations.length === 0 ? i : i - column + (columns - 1 - column);
        if (labels[i] !== truth.tissueMap[frame * size + own])
          throw new Error(`voxel ${String(i)}`);
      }
    });
  });
}

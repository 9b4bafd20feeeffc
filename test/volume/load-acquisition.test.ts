import { expect } from 'chai';
import { writeFileSync } from 'node:fs';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { splitFile, type SplitPart } from '../../fixtures/opt/split.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { loadAcquisition } from '../../src/volume/load-acquisition.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { reasonsOf, volumeOf } from './support.js';

describe('volume: a scan in several instances', function () {
  this.timeout(20_000);
  const folder = temporaryFolder();
  const phantom = { seed: 5, laterality: 'L', pathologies: [], landmark: true } as const;

  function stored(parts: readonly SplitPart[], length = Number.POSITIVE_INFINITY) {
    return parts.map(({ dataSet, bytes }, i) => {
      const path = folder(`${i}.dcm`);
      writeFileSync(path, i === parts.length - 1 ? bytes.subarray(0, length) : bytes);
      return { path, sopInstanceUid: dataSet.text('SOPInstanceUID')! };
    });
  }

  for (const dress of ['heidelberg-spectralis', 'topcon-maestro2', 'zeiss-cirrus'] as const) {
    for (const [as, each] of [
      ['single frames', 1],
      ['concatenation', 5],
    ] as const) {
      it(`${dress}, ${as}: equal to the one object that it was`, async () => {
        const file = makeOptFile({ dress, phantom });
        const parts = stored(splitFile(file.bytes, as, each));
        const loaded = await loadAcquisition(parts, matchProfile);
        const volume = volumeOf(loaded);
        expect(Buffer.compare(volume.voxels, file.truth.voxels)).to.equal(0);
        expect(volume.spacing.frame).to.be.closeTo(file.truth.spacing.frame, 1e-5);
        const inferior = loaded.frameSources![volume.frameNumbers[0]! - 1]!;
        const place = file.storedFrames.indexOf(0);
        expect(inferior).to.deep.equal({
          sopInstanceUid: parts[Math.floor(place / each)]!.sopInstanceUid,
          frameNumber: (place % each) + 1,
        });
        expect(volume.steps[0]).to.deep.equal({
          name: 'put together from instances',
          parameters: { instances: parts.length, unreadable: 0 },
        });
      });
    }
  }

  it('R11: leaves out an instance that cannot be read and goes on with the rest', async () => {
    const file = makeOptFile({ dress: 'topcon-maestro2', phantom });
    const parts = splitFile(file.bytes, 'single frames');
    const cut = stored(parts, parts.at(-1)!.bytes.length - 500);
    const volume = volumeOf(await loadAcquisition(cut, matchProfile));
    expect(volume.frames).to.equal(11);
    expect(volume.steps[0]?.parameters).to.deep.equal({ instances: 11, unreadable: 1 });
  });

  it('refuses the gap that a missing B-scan leaves, and says where', async () => {
    const file = makeOptFile({ dress: 'topcon-maestro2', phantom });
    const parts = stored(splitFile(file.bytes, 'single frames').toSpliced(5, 1));
    const loaded = await loadAcquisition(parts, matchProfile);
    expect(reasonsOf(loaded)).to.deep.equal(['BSCANS_MISSING']);
  });

  it('R11: refuses the gap that an instance leaves which cannot be read, and names it', async () => {
    const file = makeOptFile({ dress: 'topcon-maestro2', phantom });
    const parts = splitFile(file.bytes, 'single frames');
    const cut = stored(
      parts.map((part, i) => (i === 5 ? { ...part, bytes: part.bytes.subarray(0, -500) } : part)),
    );
    const loaded = await loadAcquisition(cut, matchProfile);
    expect(reasonsOf(loaded)).to.deep.equal(['BSCANS_MISSING', 'PIXELS_NOT_READABLE']);
    expect('reasons' in loaded && loaded.reasons[1]?.detail).to.match(
      /^1 of 12 instances cannot be read: /,
    );
  });
});

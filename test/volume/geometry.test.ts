import { expect } from 'chai';
import { wrapVolume, type Voxels } from '../../fixtures/opt/opt-file.js';
import type { DressId } from '../../fixtures/opt/dresses.js';
import { PROFILES } from '../../src/devices/profiles.js';
import type { DataSet } from '../../src/dicom/data-set.js';
import type { DeviceProfile } from '../../src/values/device-profile.js';
import { readVolume, type VolumeResult } from '../../src/volume/read-volume.js';

/** Each frame is filled with its own number, inferior first. */
function numbered(frames: number): Voxels {
  const size = 124 * 128;
  const voxels = new Uint8Array(frames * size).map((_, i) => 1 + Math.floor(i / size));
  const spacing = { frame: 0.4, axial: 0.0155, lateral: 0.0453 };
  return { frames, rows: 124, columns: 128, voxels, spacing, laterality: 'L' };
}

const profileOf = (id: string): DeviceProfile => PROFILES.find((profile) => profile.id === id)!;
const SPECTRALIS = profileOf('heidelberg-spectralis-volume');
const TOPCON = profileOf('topcon-3doct-2000');

function read(
  dress: DressId,
  profile: DeviceProfile,
  change: (header: DataSet) => void,
  volume = numbered(12),
): VolumeResult {
  const { header, storedFrames } = wrapVolume(volume, { dress, uidSeed: 'geometry' });
  change(header);
  const size = volume.rows * volume.columns;
  const pixels = Buffer.concat(
    storedFrames.map((frame) => volume.voxels.subarray(frame * size, (frame + 1) * size)),
  );
  return readVolume({ header, pixels, profile, because: 'test' });
}

function frames(header: DataSet): readonly DataSet[] {
  return header.items('PerFrameFunctionalGroupsSequence');
}

function withoutPlanes(header: DataSet): void {
  header.item('SharedFunctionalGroupsSequence')?.delete('PlaneOrientationSequence');
  for (const frame of frames(header)) frame.delete('PlanePositionSequence');
}

function describeResult(result: VolumeResult): string {
  if (!('volume' in result)) return result.reasons.map(({ name }) => name).join();
  const { voxels, rows, columns, spacing, frameNumbers } = result.volume;
  const order = frameNumbers.map((_, frame) => voxels[frame * rows * columns]);
  return `${order.join(' ')} at ${spacing.frame.toFixed(3)}`;
}

const ASCENDING = '1 2 3 4 5 6 7 8 9 10 11 12';

describe('volume: geometry', () => {
  it('takes frame locations where there are no planes: order and distance', () => {
    const result = read('heidelberg-spectralis', SPECTRALIS, withoutPlanes);
    expect(describeResult(result)).to.equal(`${ASCENDING} at 0.400`);
  });

  it('sorts by frame locations also when frames are stored superior first', () => {
    const result = read('heidelberg-spectralis', SPECTRALIS, (header) => {
      withoutPlanes(header);
      const items = frames(header);
      const locations = items.map((item) => item.items('OphthalmicFrameLocationSequence'));
      items.forEach((item, i) => item.set('OphthalmicFrameLocationSequence', locations[11 - i]!));
    });
    expect(describeResult(result)).to.equal(`12 11 10 9 8 7 6 5 4 3 2 1 at 0.400`);
  });

  it('takes slice thickness and the profile’s order as the last resort, and says so', () => {
    const result = read(
      'topcon-3doct2000',
      { ...TOPCON, geometry: { ...TOPCON.geometry, limits: SPECTRALIS.geometry.limits } },
      withoutPlanes,
    );
    expect(describeResult(result)).to.equal(`${ASCENDING} at 0.400`);
    const steps = 'volume' in result ? result.volume.steps.map(({ name }) => name) : [];
    expect(steps).to.include('frame order taken from the device profile');
  });

  it('refuses where the profile trusts nothing that is there', () => {
    const result = read('heidelberg-spectralis', SPECTRALIS, (header) => {
      withoutPlanes(header);
      for (const frame of frames(header)) frame.delete('OphthalmicFrameLocationSequence');
    });
    expect(describeResult(result)).to.equal('GEOMETRY_MISSING');
  });

  it('refuses planes and frame locations that name opposite orders', () => {
    const result = read('heidelberg-spectralis', SPECTRALIS, (header) => {
      const items = frames(header);
      const planes = items.map((item) => item.items('PlanePositionSequence'));
      items.forEach((item, i) => item.set('PlanePositionSequence', planes[11 - i]!));
    });
    expect(describeResult(result)).to.equal('GEOMETRY_IMPLAUSIBLE');
  });

  for (const [what, cosines, reason] of [
    // Frame locations still say the other direction: then nobody knows where nasal is.
    ['mirrored by their planes alone', [-1, 0, 0, 0, 1, 0], 'GEOMETRY_IMPLAUSIBLE'],
    ['upside down', [1, 0, 0, 0, -1, 0], 'NOT_A_MACULAR_CUBE'],
    ['turned by half a circle', [-1, 0, 0, 0, -1, 0], 'NOT_A_MACULAR_CUBE'],
    ['vertical', [0, 0, 1, 0, 1, 0], 'NOT_A_MACULAR_CUBE'],
  ] as const) {
    it(`refuses B-scans stored ${what}`, () => {
      const result = read('topcon-3doct2000', TOPCON, (header) => {
        header
          .item('SharedFunctionalGroupsSequence')
          ?.item('PlaneOrientationSequence')
          ?.set('ImageOrientationPatient', [...cosines]);
      });
      expect(describeResult(result)).to.equal(reason);
    });
  }

  it('calls B-scans at irregular distances another scan pattern, and no gap', () => {
    const result = read('heidelberg-spectralis', SPECTRALIS, (header) => {
      for (const [i, frame] of frames(header).entries())
        frame.item('PlanePositionSequence')?.set('ImagePositionPatient', [0, 0, i * i * 0.05]);
    });
    expect(describeResult(result)).to.equal('NOT_A_MACULAR_CUBE');
  });

  it('takes a cube that is turned by 10 degrees along the line from fovea to disc', () => {
    const [c, s] = [Math.cos(Math.PI / 18), Math.sin(Math.PI / 18)];
    const result = read('heidelberg-spectralis', SPECTRALIS, (header) => {
      header
        .item('SharedFunctionalGroupsSequence')
        ?.item('PlaneOrientationSequence')
        ?.set('ImageOrientationPatient', [c, 0, s, 0, 1, 0]);
      for (const frame of frames(header)) {
        const position = frame.item('PlanePositionSequence');
        const [x = 0, y = 0, z = 0] = position?.numbers('ImagePositionPatient') ?? [];
        position?.set(
          'ImagePositionPatient',
          [c * x - s * z, y, s * x + c * z].map((v) => Number(v.toFixed(6))),
        );
      }
    });
    expect(describeResult(result)).to.equal(`${ASCENDING} at 0.400`);
  });

  it('refuses a single B-scan, a circle, and a profile without evidence or for another pattern', () => {
    const nothing = () => undefined;
    expect(
      describeResult(read('heidelberg-spectralis', SPECTRALIS, nothing, numbered(1))),
    ).to.equal('NOT_A_MACULAR_CUBE');
    const circle = (header: DataSet) => {
      withoutPlanes(header);
      for (const frame of frames(header))
        frame
          .item('OphthalmicFrameLocationSequence')
          ?.set('OphthalmicImageOrientation', 'NONLINEAR');
    };
    expect(describeResult(read('heidelberg-spectralis', SPECTRALIS, circle))).to.equal(
      'NOT_A_MACULAR_CUBE',
    );
    expect(
      describeResult(read('heidelberg-spectralis', { ...SPECTRALIS, evidence: 'none' }, nothing)),
    ).to.equal('PROFILE_NOT_VALIDATED');
    expect(
      describeResult(
        read('heidelberg-spectralis', profileOf('topcon-maestro2-angiography'), nothing),
      ),
    ).to.equal('NOT_A_MACULAR_CUBE');
  });

  for (const [what, spacing] of [
    ['300 mm wide', [0.0155, 2.34]],
    ['axial spacing in µm', [15.5, 0.0453]],
    ['zero', [0, 0]],
    ['too shallow for a Spectralis', [0.0131, 0.0453]],
  ] as const) {
    it(`R40: refuses implausible spacing (${what})`, () => {
      const result = read('heidelberg-spectralis', SPECTRALIS, (header) => {
        header
          .item('SharedFunctionalGroupsSequence')
          ?.item('PixelMeasuresSequence')
          ?.set('PixelSpacing', [...spacing]);
      });
      expect(describeResult(result)).to.equal('GEOMETRY_IMPLAUSIBLE');
    });
  }

  it('sets the white wedges of a Spectralis to 0 and leaves bright tissue', () => {
    const volume = numbered(12);
    for (let row = 0; row < 20; row++) volume.voxels[row * 128 + 5] = 255;
    volume.voxels[60 * 128 + 5] = 255;
    const result = read('heidelberg-spectralis', SPECTRALIS, () => undefined, volume);
    const voxels = 'volume' in result ? result.volume.voxels : new Uint8Array();
    expect([
      voxels[5],
      voxels[19 * 128 + 5],
      voxels[20 * 128 + 5],
      voxels[60 * 128 + 5],
    ]).to.deep.equal([0, 0, 1, 255]);
  });
});

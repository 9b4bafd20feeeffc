import { expect } from 'chai';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { makeOptFile, wrapVolume, type Voxels } from '../../fixtures/opt/opt-file.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { DataSet } from '../../src/dicom/data-set.js';

const EXPECTED: Readonly<Record<DressId, string | undefined>> = {
  'heidelberg-spectralis': 'heidelberg-spectralis-volume',
  'topcon-3doct2000': 'topcon-3doct-2000',
  'topcon-maestro2': 'topcon-maestro2-macula',
  'zeiss-cirrus': undefined,
  unknown: undefined,
};

/** A header without a picture worth looking at. */
function headerOf(dress: DressId, matrix = { frames: 4, rows: 124, columns: 128 }): DataSet {
  const blank: Voxels = {
    ...matrix,
    voxels: new Uint8Array(matrix.frames * matrix.rows * matrix.columns),
    spacing: { frame: 0.5, axial: 0.0185, lateral: 0.047 },
    laterality: 'R',
  };
  return wrapVolume(blank, { dress, uidSeed: dress }).header;
}

function idOf(header: DataSet): string | undefined {
  const match = matchProfile(header);
  return match.matched ? match.profile.id : undefined;
}

describe('devices: matching a profile', () => {
  for (const dress of Object.keys(DRESSES) as DressId[]) {
    it(`${dress} ends as ${EXPECTED[dress] ?? 'unknown'}`, () => {
      expect(idOf(headerOf(dress))).to.equal(EXPECTED[dress]);
    });
  }

  it('matches the full matrices', () => {
    expect(
      idOf(headerOf('heidelberg-spectralis', { frames: 49, rows: 496, columns: 512 })),
    ).to.equal('heidelberg-spectralis-volume');
    expect(idOf(headerOf('topcon-3doct2000', { frames: 128, rows: 885, columns: 512 }))).to.equal(
      'topcon-3doct-2000',
    );
  });

  it('tells the protocols of a Maestro2 by slice thickness, and says so', () => {
    const header = headerOf('topcon-maestro2');
    const measures = header.item('SharedFunctionalGroupsSequence')?.item('PixelMeasuresSequence');
    for (const [thickness, id] of [
      [0.0472, 'topcon-maestro2-macula'],
      [0.0708, 'topcon-maestro2-wide'],
      [0.0167, 'topcon-maestro2-angiography'],
      [0.055, undefined],
    ] as const) {
      measures?.set('SliceThickness', thickness);
      expect(idOf(header), String(thickness)).to.equal(id);
    }
    measures?.set('SliceThickness', 0.0472);
    const { because } = matchProfile(header);
    expect(because).to.include('slice thickness 0.0472 mm within 0.03 to 0.05 mm');
    expect(because).to.include('not Topcon Maestro2, 3D wide: slice thickness 0.0472 mm');
  });

  it('takes the radial scan of the optic nerve head for what it is', () => {
    const phantom = { seed: 1, laterality: 'R', pathologies: [] } as const;
    const size = { frames: 27, rows: 100, columns: 100 };
    const { header } = makeOptFile({
      dress: 'heidelberg-spectralis',
      phantom,
      size,
      variations: ['radial'],
    });
    expect(idOf(header)).to.equal('heidelberg-spectralis-onh-radial');
  });

  it('leaves a Topcon Triton unknown, and names its model', () => {
    const header = headerOf('topcon-maestro2').set('ManufacturerModelName', 'Triton plus');
    const match = matchProfile(header);
    expect(match.matched).to.equal(false);
    expect(match.because).to.include('Topcon model Triton plus is not in a profile');
    expect(match.because).to.include('not Heidelberg Spectralis: manufacturer is Topcon');
  });

  it('leaves a matrix outside the limits unknown, and says which', () => {
    const match = matchProfile(headerOf('topcon-3doct2000').set('Rows', 2048));
    expect(match.matched).to.equal(false);
    expect(match.because).to.include('2048 rows are not within 100 to 1024');
  });

  it('tolerates case, blanks and NUL in names', () => {
    const header = headerOf('heidelberg-spectralis')
      .set('Manufacturer', ' HEIDELBERG Engineering \0x')
      .set('ManufacturerModelName', 'SPECTRALIS \0');
    expect(idOf(header)).to.equal('heidelberg-spectralis-volume');
  });

  it('is not confused by an empty header or another SOP class', () => {
    expect(matchProfile(new DataSet()).matched).to.equal(false);
    const photograph = headerOf('heidelberg-spectralis').set(
      'SOPClassUID',
      '1.2.840.10008.5.1.4.1.1.77.1.5.1',
    );
    expect(idOf(photograph)).to.equal(undefined);
  });

  it('never says a word of the patient', () => {
    for (const dress of Object.keys(DRESSES) as DressId[]) {
      expect(matchProfile(headerOf(dress)).because).not.to.match(/M.ller|OCT-PHANTOM-1/u);
    }
  });

  it('profiles have distinct ids, limits that are intervals and a source for each quirk', () => {
    expect(new Set(PROFILES.map(({ id }) => id)).size).to.equal(PROFILES.length);
    for (const { id, geometry, match, quirks, evidence } of PROFILES) {
      const { frames, rows, columns } = match;
      for (const { from, to } of [...Object.values(geometry.limits), frames, rows, columns])
        expect(from, id).to.be.at.most(to);
      for (const { source } of quirks) expect(source, id).not.to.equal('');
      expect(evidence, `${id}: no real OPT file could be had`).not.to.equal('real files');
    }
  });
});

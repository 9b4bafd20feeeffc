import { expect } from 'chai';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import { makeOptFile, wrapVolume, type Voxels } from '../../fixtures/opt/opt-file.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { PROFILE_SCHEMA } from '../../src/devices/profile-schema.js';
import { PROFILES } from '../../src/devices/profiles.js';
import { DataSet } from '../../src/dicom/data-set.js';

const EXPECTED: Readonly<Record<DressId, string | undefined>> = {
  'heidelberg-spectralis': 'heidelberg-spectralis-volume',
  'topcon-3doct2000': 'topcon-3doct-2000',
  'topcon-maestro2': 'topcon-maestro2-macula',
  'topcon-triton': 'topcon-triton-wide',
  'zeiss-cirrus': 'zeiss-cirrus-macular-cube',
  optovue: 'optovue',
  nidek: 'nidek',
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

  it('leaves a model that no profile names unknown, and names it', () => {
    const header = headerOf('topcon-maestro2').set('ManufacturerModelName', 'Atlantis');
    const match = matchProfile(header);
    expect(match).to.include({ matched: false, deviceKnown: false });
    expect(match.because).to.include('Topcon model Atlantis is not in a profile');
    expect(match.because).to.include('Zeiss Cirrus or Optovue');
    expect(match.because).to.include(': manufacturer is Topcon');
  });

  it('says which sister models and protocols it is not', () => {
    const { because } = matchProfile(headerOf('topcon-maestro2'));
    expect(because).to.match(/^Topcon Maestro2, 3D macula because Topcon 3DOCT-1Maestro2/);
    expect(because).to.include('Topcon Triton: model is 3DOCT-1Maestro2');
    expect(because).not.to.include('Heidelberg');
  });

  it('takes a Triton whose manufacturer is Triton, and tells its protocols apart', () => {
    const header = headerOf('topcon-triton').set('Manufacturer', 'Triton');
    expect(idOf(header)).to.equal('topcon-triton-wide');
    const measures = header.item('SharedFunctionalGroupsSequence')?.item('PixelMeasuresSequence');
    measures?.set('SliceThickness', 0.0188);
    expect(idOf(header.set('NumberOfFrames', 320))).to.equal('topcon-triton-angiography-6');
    measures?.set('SliceThickness', 0.0234);
    expect(idOf(header.set('NumberOfFrames', 512))).to.equal('topcon-triton-angiography-12');
  });

  for (const [frames, rows, columns, id] of [
    [61, 496, 768, 'heidelberg-spectralis-posterior-pole'],
    [61, 496, 1536, 'heidelberg-spectralis-posterior-pole'],
    [61, 496, 512, 'heidelberg-spectralis-volume'],
    [512, 496, 512, 'heidelberg-spectralis-angiography'],
    [384, 496, 384, 'heidelberg-spectralis-angiography'],
  ] as const) {
    it(`a Spectralis scan of ${[frames, rows, columns].join(' x ')} is ${id}`, () => {
      const header = headerOf('heidelberg-spectralis');
      header.set('NumberOfFrames', frames).set('Rows', rows).set('Columns', columns);
      expect(idOf(header)).to.equal(id);
    });
  }

  for (const [frames, rows, columns, id] of [
    [128, 1024, 512, 'zeiss-cirrus-macular-cube'],
    [200, 1024, 200, 'zeiss-cirrus-macular-cube'],
    [5, 1024, 1024, 'zeiss-cirrus-lines'],
    [350, 1024, 350, 'zeiss-cirrus-angiography'],
  ] as const) {
    it(`a Cirrus scan of ${[frames, rows, columns].join(' x ')} is ${id}`, () => {
      const header = headerOf('zeiss-cirrus').set('ManufacturerModelName', '5000');
      header.set('NumberOfFrames', frames).set('Rows', rows).set('Columns', columns);
      expect(idOf(header)).to.equal(id);
    });
  }

  it('a known device with a matrix outside its profiles is told from an unknown one', () => {
    const match = matchProfile(headerOf('topcon-3doct2000').set('Rows', 2048));
    expect(match).to.include({ matched: false, deviceKnown: true });
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

  it('profiles have distinct ids, fulfil the schema, and none claims real files', () => {
    expect(new Set(PROFILES.map(({ id }) => id)).size).to.equal(PROFILES.length);
    for (const profile of PROFILES) {
      expect(PROFILE_SCHEMA.safeParse(profile).error?.issues ?? [], profile.id).to.deep.equal([]);
      expect(profile.evidence, `${profile.id}: no real OPT file could be had`).not.to.equal(
        'real files',
      );
    }
  });
});

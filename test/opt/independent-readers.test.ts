import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DRESSES, type DressId } from '../../fixtures/opt/dresses.js';
import type { OptFile } from '../../fixtures/opt/opt-file.js';
import { writeOptFiles } from '../../fixtures/opt/write-files.js';
import { matchProfile } from '../../src/devices/match-profile.js';
import { loadVolume } from '../../src/volume/load-volume.js';
import { volumeOf } from '../volume/support.js';
import { PYTHON, requireTool } from '../support/tools.js';

/** What dciodvfy 1.00~20220618 says against any OPT: its own contradiction (dicom-objects.md 3.1). */
const KNOWN_ERRORS = [
  /ConcatenationFrameOffsetNumber/u,
  /InConcatenationNumber/u,
  /InConcatenationTotalNumber/u,
];
/** Cirrus has no planes; the tool cannot see that the condition does not hold. */
const PLANES_MISSING = /Plane(Position|Orientation)Sequence.*Missing attribute/u;

/** Sorts frames by the z of their planes, as somebody who never saw this program would. */
const PYDICOM = `
import hashlib, json, sys, pydicom
d = pydicom.dcmread(sys.argv[1])
a = d.pixel_array
shared = d.SharedFunctionalGroupsSequence[0]
frames = d.PerFrameFunctionalGroupsSequence
planes = all('PlanePositionSequence' in f for f in frames)
z = [float(f.PlanePositionSequence[0].ImagePositionPatient[2]) for f in frames] if planes else None
order = sorted(range(len(z)), key=lambda i: z[i]) if planes else range(len(frames))
print(json.dumps(dict(
    shape=a.shape, name=str(d.PatientName), laterality=d.ImageLaterality,
    spacing=[float(v) for v in shared.PixelMeasuresSequence[0].PixelSpacing],
    gap=(max(z) - min(z)) / (len(z) - 1) if planes else None,
    first='inferior' if planes and z[0] < z[-1] else 'superior',
    sha=hashlib.sha256(a[list(order)].tobytes()).hexdigest())))
`;

describe('opt fixtures: what others read in them', function () {
  this.timeout(60_000);
  let folder: string;
  const files = new Map<DressId, OptFile & { path: string }>();
  const fileOf = (dress: DressId) => files.get(dress)!;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'octriage-opt-'));
    const phantom = { seed: 9, laterality: 'L', pathologies: ['drusen'], landmark: true } as const;
    const dresses = Object.keys(DRESSES) as DressId[];
    const written = writeOptFiles(
      folder,
      dresses.map((dress) => ({ dress, phantom })),
    );
    dresses.forEach((dress, i) => files.set(dress, written[i]!));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  for (const dress of Object.keys(DRESSES) as DressId[]) {
    it(`${dress}: pydicom reads the phantom's pixels, order, spacing and eye`, function () {
      requireTool(this, 'python3-pydicom');
      const { path, truth } = fileOf(dress);
      const run = spawnSync(PYTHON, ['-c', PYDICOM, path], { encoding: 'utf8' });
      expect(run.status, run.stderr).to.equal(0);
      const read = JSON.parse(run.stdout) as Record<string, unknown>;
      const { frames, rows, columns, spacing } = truth;
      expect(read['shape']).to.deep.equal([frames, rows, columns]);
      expect(read['name']).to.equal('Müller-Phantom^Jörg');
      expect(read['laterality']).to.equal('L');
      const [axial, lateral] = read['spacing'] as [number, number];
      expect(axial).to.be.closeTo(spacing.axial, 1e-6);
      expect(lateral).to.be.closeTo(spacing.lateral, 1e-6);
      if (!DRESSES[dress].planes) return;
      expect(read['gap']).to.be.closeTo(spacing.frame, 1e-5);
      expect(read['first']).to.equal(DRESSES[dress].firstFrame);
      const sha = createHash('sha256').update(truth.voxels).digest('hex');
      expect(read['sha']).to.equal(sha);
    });

    it(`${dress}: dciodvfy finds only the known contradictions`, function () {
      requireTool(this, 'dciodvfy');
      const run = spawnSync('dciodvfy', ['-new', fileOf(dress).path], { encoding: 'utf8' });
      const errors = `${run.stdout}\n${run.stderr}`
        .split('\n')
        .filter((line) => line.startsWith('Error'))
        .filter((line) => DRESSES[dress].planes || !PLANES_MISSING.test(line));
      const unknown = errors.filter((line) => !KNOWN_ERRORS.some((known) => known.test(line)));
      expect(unknown).to.deep.equal([]);
      expect(errors).to.have.length(KNOWN_ERRORS.length);
    });
  }

  for (const [syntax, option] of [
    ['Explicit VR Big Endian', '+tb'],
    ['Implicit VR Little Endian', '+ti'],
    ['Deflated', '+td'],
  ] as const) {
    it(`reads ${syntax} as dcmtk writes it`, async function () {
      requireTool(this, 'dcmdump');
      const { path, truth } = fileOf('topcon-3doct2000');
      const converted = join(folder, `${option}.dcm`);
      const run = spawnSync('dcmconv', [option, path, converted], { encoding: 'utf8' });
      expect(run.status, run.stderr).to.equal(0);
      const volume = volumeOf(await loadVolume({ path: converted }, matchProfile));
      expect(Buffer.compare(volume.voxels, truth.voxels)).to.equal(0);
    });
  }

  it('reads 16-bit words in big endian as dcmtk writes them', async function () {
    requireTool(this, 'dcmdump');
    const { truth } = fileOf('heidelberg-spectralis');
    const [file] = writeOptFiles(join(folder, 'wide'), [
      { dress: 'heidelberg-spectralis', phantom: truth, variations: ['sixteen-bit'] },
    ]);
    const converted = join(folder, 'wide-big-endian.dcm');
    expect(spawnSync('dcmconv', ['+tb', file!.path, converted]).status).to.equal(0);
    const volume = volumeOf(await loadVolume({ path: converted }, matchProfile));
    expect(Buffer.compare(volume.voxels, truth.voxels)).to.equal(0);
  });

  it('equal specifications give equal bytes', () => {
    const { path, truth } = fileOf('topcon-maestro2');
    const again = writeOptFiles(join(folder, 'again'), [
      {
        dress: 'topcon-maestro2',
        phantom: { seed: 9, laterality: 'L', pathologies: ['drusen'], landmark: true },
      },
    ])[0]!;
    expect(readFileSync(again.path).equals(readFileSync(path))).to.equal(true);
    expect(again.truth.spacing).to.deep.equal(truth.spacing);
  });
});

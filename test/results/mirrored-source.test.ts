import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOptFile } from '../../fixtures/opt/opt-file.js';
import { buildResults } from '../../src/results/build.js';
import { inSourceGrid } from '../../src/results/in-source-grid.js';
import { RESULT_KIND_NAMES } from '../../src/values/result-kinds.js';
import { TISSUES } from '../../src/values/tissue.js';
import { python } from '../support/pydicom.js';
import { resultInput } from '../support/result-input.js';
import { requireTool } from '../support/tools.js';
import { loadBytes, volumeOf } from '../volume/support.js';

/** For each segment the digest of its mask in each of the source's frames. */
const READ_SEGMENTATION = `
import sys, json, hashlib, pydicom
d = pydicom.dcmread(sys.argv[1])
found = {}
for item, pixels in zip(d.PerFrameFunctionalGroupsSequence, d.pixel_array):
    number = item.SegmentIdentificationSequence[0].ReferencedSegmentNumber
    frame = item.DerivationImageSequence[0].SourceImageSequence[0].ReferencedFrameNumber
    found.setdefault(number, {})[int(frame)] = hashlib.sha256(pixels.tobytes()).hexdigest()
source = pydicom.dcmread(sys.argv[2])
groups = d.SharedFunctionalGroupsSequence[0]
print(json.dumps({
    'found': list(found.values()),
    'orientation': [float(v) for v in groups.PlaneOrientationSequence[0].ImageOrientationPatient],
    'source': hashlib.sha256(source.PixelData).hexdigest(),
    'position': [float(v) for v in d.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence[0].ImagePositionPatient],
}))
`;

describe('results: of a source whose columns run the other way', function () {
  this.timeout(120_000);
  const file = makeOptFile({
    dress: 'heidelberg-spectralis',
    phantom: { seed: 5, laterality: 'R', pathologies: ['macular-oedema'], landmark: true },
    variations: ['mirrored-columns'],
  });
  const { truth } = file;

  /** The input as the pipeline hands it on; the networks found the truth. */
  async function input() {
    const volume = volumeOf(await loadBytes(file.bytes));
    const base = resultInput();
    const depthUm = Float32Array.from({ length: truth.frames * truth.columns }, (_, i) => i % 7);
    const disagreement = { depthUm, volumeNl: 1, volumesNl: [{}] };
    const findings = { ...base.findings!, tissueMap: truth.tissueMap, disagreement };
    const sourceInstance = {
      ...base.sourceInstance,
      sopInstanceUid: file.uids.instance,
      seriesInstanceUid: file.uids.series,
      studyInstanceUid: file.uids.study,
    };
    return { ...base, source: file.header, sourceInstance, volume, findings };
  }

  it('is turned into the one orientation, and says so', async () => {
    const { volume } = await input();
    expect(Buffer.compare(volume.voxels, truth.voxels)).to.equal(0);
    expect(volume.mirrored).to.equal(true);
    expect(volume.steps.map(({ name }) => name).join()).to.include('columns turned');
  });

  it("the segmentation read by pydicom is the truth in the file's own pixels", async function () {
    requireTool(this, 'python3-pydicom');
    const given = await input();
    const { objects, defects } = buildResults(given);
    expect(defects).to.deep.equal([]);
    const folder = mkdtempSync(join(tmpdir(), 'octriage-mirrored-'));
    try {
      const [seg, source] = [join(folder, 'seg.dcm'), join(folder, 'source.dcm')];
      writeFileSync(seg, objects.find(({ kind }) => kind === 'segmentation')!.bytes);
      writeFileSync(source, file.bytes);
      const read = python(READ_SEGMENTATION, seg, source) as {
        readonly found: readonly Readonly<Record<string, string>>[];
        readonly orientation: readonly number[];
        readonly position: readonly number[];
        readonly source: string;
      };
      const { rows, columns } = truth;
      /** Frame i of the file, as it was stored: without any of the code under test. */
      const stored = (map: Uint8Array, i: number, of = (value: number) => value) => {
        const frame = file.storedFrames[i]!;
        return Uint8Array.from({ length: rows * columns }, (_, at) => {
          const [row, column] = [Math.floor(at / columns), at % columns];
          return of(map[(frame * rows + row) * columns + (columns - 1 - column)]!);
        });
      };
      const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      const pixels = file.storedFrames.map((_, i) => stored(truth.voxels, i));
      expect(sha256(Buffer.concat(pixels)), 'the file is mirrored').to.equal(read.source);

      const expected = TISSUES.flatMap(({ kind }, label) => {
        if (kind !== 'fluid' && kind !== 'lesion') return [];
        const frames = file.storedFrames.flatMap((_, i) => {
          const mask = stored(truth.tissueMap, i, (value) => (value === label ? 1 : 0));
          return mask.includes(1) ? [[String(i + 1), sha256(mask)] as const] : [];
        });
        return frames.length === 0 ? [] : [Object.fromEntries(frames)];
      });
      expect(expected.length).to.be.above(1);
      expect(read.found).to.have.deep.members(expected);
      expect(read.found.length).to.equal(expected.length);
      expect(read.orientation).to.deep.equal([-1, 0, 0, 0, 1, 0]);
      expect(read.position[0], 'the first column lies on the patient’s left').to.be.above(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('every kind of result passes the gate', async () => {
    const { objects, defects } = buildResults(await input(), RESULT_KIND_NAMES);
    expect(defects).to.deep.equal([]);
    expect(objects.map(({ kind }) => kind)).to.include.members(['label-map', 'height-map']);
  });

  it('turns every map and leaves the findings of the caller as they are', async () => {
    const given = await input();
    const before = given.findings.disagreement.depthUm.slice();
    const once = inSourceGrid(given);
    expect(once.findings!.disagreement!.depthUm[0]).to.equal(before[truth.columns - 1]);
    expect(given.findings.disagreement.depthUm).to.deep.equal(before);
    expect(inSourceGrid(once), 'only once').to.equal(once);
  });
});

import type { ScanImages } from './console/ports.js';
import { matchProfile } from './devices/match-profile.js';
import type { DataSet } from './dicom/data-set.js';
import { functionalGroups } from './dicom/functional-groups.js';
import { readPart10Header } from './dicom/part10.js';
import type { Acquisition } from './values/acquisition.js';
import type { DeviceProfile } from './values/device-profile.js';
import type { OctVolume } from './values/oct-volume.js';
import { retinalThicknessOf } from './results/thickness/thickness-map.js';
import { TISSUES } from './values/tissue.js';
import { loadAcquisition, type FrameSource } from './volume/load-acquisition.js';
import { readPixels } from './volume/pixels/read-pixels.js';

/** The kinds of result that hold tissues, the one that shows most first. */
const TISSUE_KINDS = ['label-map', 'tissue-segmentation', 'segmentation'];

/**
 * Decodes a scan and the segmentation that was made of it, for the console. Undefined where no volume can be made.
 * @throws DicomError where our own segmentation is damaged, and the file system's errors
 */
export async function openScanImages(
  { instances }: Acquisition,
  results: readonly { readonly kind: string; readonly path: string }[],
  profiles: readonly DeviceProfile[],
): Promise<ScanImages | undefined> {
  const loaded = await loadAcquisition(instances, (header) => matchProfile(header, profiles));
  if (!('volume' in loaded)) return undefined;
  const { volume, frameSources } = loaded;
  const kind = TISSUE_KINDS.find((one) => results.some((result) => result.kind === one));
  const file = results.find((result) => result.kind === kind);
  const bScanOf = bScans(volume, frameSources);
  const tissues = file && (await openTissues(file.path, volume, bScanOf));
  const size = volume.rows * volume.columns;
  const coverage = tissues === undefined ? 'none' : kind === 'segmentation' ? 'lesions' : 'all';
  const tissueMap = (frame: number): Uint8Array => tissues?.map(frame) ?? new Uint8Array(size);
  return {
    frames: volume.frames,
    rows: volume.rows,
    columns: volume.columns,
    spacing: volume.spacing,
    laterality: volume.laterality,
    coverage,
    tissues: tissues?.labels ?? [],
    bScanOf,
    bScan: (frame) => volume.voxels.subarray(frame * size, (frame + 1) * size),
    tissueMap,
    retinaUm(frame) {
      const one = { ...volume, frames: 1, frameNumbers: [1] };
      const found = coverage === 'all' ? retinalThicknessOf(tissueMap(frame), one) : undefined;
      return found?.um ?? new Float32Array(volume.columns).fill(Number.NaN);
    },
  };
}

interface Tissues {
  readonly labels: readonly number[];
  map(frame: number): Uint8Array;
}

/** One frame of a segmentation, and the label of its segment where it shows one segment alone. */
interface SegmentationFrame {
  readonly index: number;
  readonly label: number | undefined;
}

/** A segmentation of ours: binary, a bit a pixel (PS3.5 8.1.1), or a label map, a byte a pixel. */
async function openTissues(
  path: string,
  volume: OctVolume,
  bScanOf: ScanImages['bScanOf'],
): Promise<Tissues | undefined> {
  const part10 = await readPart10Header(path);
  const read = await readPixels(path, part10);
  if ('reason' in read) return undefined;
  const { pixels } = read;
  const { dataSet } = part10;
  const labelOf = segmentLabels(dataSet);
  const framesOf = framesByBScan(dataSet, bScanOf, labelOf);
  const size = volume.rows * volume.columns;
  const binary = dataSet.number('BitsAllocated') === 1;
  const numbers = Uint8Array.from({ length: 256 }, (_, number) => labelOf.get(number) ?? 0);
  return {
    labels: [...new Set(labelOf.values())].sort((a, b) => a - b),
    map(frame) {
      const map = new Uint8Array(size);
      for (const { index, label } of framesOf.get(frame) ?? []) {
        for (let i = 0; i < size; i++) {
          const at = index * size + i;
          if (!binary) map[i] = numbers[pixels[at]!]!;
          else if (label !== undefined && (pixels[at >> 3]! >> (at & 7)) & 1) map[i] = label;
        }
      }
      return map;
    },
  };
}

/** Segment Number → index in TISSUES, by the label that we give our segments. */
function segmentLabels(dataSet: DataSet): ReadonlyMap<number, number> {
  const labels = new Map<number, number>();
  for (const segment of dataSet.items('SegmentSequence')) {
    const number = segment.number('SegmentNumber');
    const label = TISSUES.findIndex(({ meaning }) => meaning === segment.text('SegmentLabel'));
    if (number !== undefined && label >= 0) labels.set(number, label);
  }
  return labels;
}

/** Frames of a scan by where they are stored; a scan in one object is known by the number alone. */
function bScans(
  { frameNumbers }: OctVolume,
  frameSources: readonly FrameSource[] | undefined,
): ScanImages['bScanOf'] {
  const sourceFrame = new Map(
    frameSources?.map(({ sopInstanceUid, frameNumber }, index) => [
      `${sopInstanceUid} ${frameNumber}`,
      index + 1,
    ]),
  );
  const bScanOf = new Map(frameNumbers.map((number, index) => [number, index]));
  return (uid, stored) =>
    bScanOf.get(frameSources ? (sourceFrame.get(`${uid} ${stored}`) ?? 0) : stored);
}

/** The frames that show each B-scan of the volume, found by the source frame that they name. */
function framesByBScan(
  dataSet: DataSet,
  bScanOf: ScanImages['bScanOf'],
  labelOf: ReadonlyMap<number, number>,
): ReadonlyMap<number, readonly SegmentationFrame[]> {
  const groups = functionalGroups(dataSet);
  const found = new Map<number, SegmentationFrame[]>();
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((_, index) => {
    const image = groups.macro('DerivationImageSequence', index)?.item('SourceImageSequence');
    const stored = image?.number('ReferencedFrameNumber') ?? 1;
    const uid = image?.text('ReferencedSOPInstanceUID') ?? '';
    const bScan = bScanOf(uid, stored);
    if (bScan === undefined) return;
    const segment = groups
      .macro('SegmentIdentificationSequence', index)
      ?.number('ReferencedSegmentNumber');
    const label = segment === undefined ? undefined : labelOf.get(segment);
    found.set(bScan, [...(found.get(bScan) ?? []), { index, label }]);
  });
  return found;
}

import { readFile } from 'node:fs/promises';
import type { Overlay, ScanImages } from '../console/ports.js';
import type { DataSet } from '../dicom/data-set.js';
import { fragmentsOf } from '../dicom/fragments.js';
import { functionalGroups } from '../dicom/functional-groups.js';
import { readPart10 } from '../dicom/part10.js';
import { decodeRle } from '../dicom/rle.js';
import type { OctVolume } from '../values/oct-volume.js';
import { reverseLines } from '../values/reverse-lines.js';
import { TISSUES } from '../values/tissue.js';

/** The volume that a result of ours was made of, and where its B-scans are stored. */
export interface StoredVolume {
  readonly volume: OctVolume;
  readonly bScanOf: ScanImages['bScanOf'];
}

/**
 * The tissues of a segmentation of ours, a label map or a bit a pixel. A value is an index of TISSUES.
 * @throws DicomError where the file is damaged, and the file system's errors
 */
export async function openTissues(path: string, stored: StoredVolume): Promise<Overlay> {
  const image = await openImage(path, stored);
  const { dataSet } = image;
  const labelOf = segmentLabels(dataSet);
  return {
    labels: [...new Set(labelOf.values())].sort((a, b) => a - b),
    map: dataSet.number('BitsAllocated') === 1 ? bitMap(image, labelOf) : byteMap(image, labelOf),
  };
}

/**
 * What most of the networks see that differ. A value is a Segment Number: 0 where none differs, else one more than an
 * index of TISSUES.
 * @throws DicomError where the file is damaged, and the file system's errors
 */
export async function openAlternatives(path: string, stored: StoredVolume): Promise<Overlay> {
  const image = await openImage(path, stored);
  const numbers = image.dataSet
    .items('SegmentSequence')
    .map((item) => item.number('SegmentNumber')!);
  return {
    labels: numbers.filter((number) => number > 0).map((number) => number - 1),
    map: byteMap(image),
  };
}

/**
 * How many networks differ: a value is their number.
 * @throws DicomError where the file is damaged, and the file system's errors
 */
export async function openDissenters(
  path: string,
  stored: StoredVolume,
): Promise<NonNullable<ScanImages['dissenters']>> {
  const image = await openImage(path, stored);
  const mapping = functionalGroups(image.dataSet).macro('RealWorldValueMappingSequence', 0);
  return {
    members: mapping?.number('RealWorldValueLastValueMapped') ?? 0,
    map: byteMap(image),
  };
}

/** A result with frames of B-scans, still encoded: a label map of a cube is a few MB so and 58 MB decoded. */
interface StoredImage {
  readonly volume: OctVolume;
  readonly dataSet: DataSet;
  /** Native Pixel Data; empty where they are encapsulated. */
  readonly pixels: Uint8Array;
  readonly fragments: readonly Uint8Array[];
  /** The frames (from 0) that show a B-scan of the volume. */
  readonly framesOf: ReadonlyMap<number, readonly number[]>;
}

async function openImage(path: string, { volume, bScanOf }: StoredVolume): Promise<StoredImage> {
  const bytes = await readFile(path);
  const { dataSet, pixelData } = readPart10(bytes);
  const { offset = 0, length = 0 } = pixelData ?? {};
  const image = { volume, dataSet, framesOf: framesByBScan(dataSet, bScanOf) };
  return length === 'undefined'
    ? { ...image, pixels: new Uint8Array(), fragments: fragmentsOf(bytes, offset) }
    : { ...image, pixels: bytes.subarray(offset, offset + length), fragments: [] };
}

/** B-scans of an RLE image with a frame for each: its low bytes, or what they stand for; zeros where it has no frame. */
function byteMap(
  { volume, dataSet, fragments, framesOf }: StoredImage,
  meaning?: ReadonlyMap<number, number>,
): Overlay['map'] {
  const size = volume.rows * volume.columns;
  const step = dataSet.number('BitsAllocated') === 16 ? 2 : 1;
  const values = Uint8Array.from({ length: 256 }, (_, value) =>
    meaning === undefined ? value : (meaning.get(value) ?? 0),
  );
  return (bScan) => {
    const map = new Uint8Array(size);
    const [index] = framesOf.get(bScan) ?? [];
    if (index === undefined) return map;
    const pixels = decodeRle(fragments[index]!, size, step);
    for (let i = 0; i < size; i++) map[i] = values[pixels[i * step]!]!;
    return turned(map, volume);
  };
}

/** B-scans of an image with a bit a pixel (PS3.5 8.1.1) and a segment a frame. */
function bitMap(
  { volume, dataSet, pixels, framesOf }: StoredImage,
  labelOf: ReadonlyMap<number, number>,
): Overlay['map'] {
  const size = volume.rows * volume.columns;
  const groups = functionalGroups(dataSet);
  return (bScan) => {
    const map = new Uint8Array(size);
    for (const index of framesOf.get(bScan) ?? []) {
      const segment = groups.macro('SegmentIdentificationSequence', index);
      const label = labelOf.get(segment?.number('ReferencedSegmentNumber') ?? 0);
      if (label === undefined) continue;
      for (let i = 0, at = index * size; i < size; i++, at++) {
        if ((pixels[at >> 3]! >> (at & 7)) & 1) map[i] = label;
      }
    }
    return turned(map, volume);
  };
}

/** Results lie on the pixels of the source, whose columns may run the other way than the volume's. */
function turned(map: Uint8Array, { mirrored, columns }: OctVolume): Uint8Array {
  if (mirrored === true) reverseLines(map, columns);
  return map;
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

/** The frames that show each B-scan of the volume, found by the source frame that they name. */
function framesByBScan(
  dataSet: DataSet,
  bScanOf: ScanImages['bScanOf'],
): ReadonlyMap<number, readonly number[]> {
  const groups = functionalGroups(dataSet);
  const found = new Map<number, number[]>();
  dataSet.items('PerFrameFunctionalGroupsSequence').forEach((_, index) => {
    const image = groups.macro('DerivationImageSequence', index)?.item('SourceImageSequence');
    const stored = image?.number('ReferencedFrameNumber') ?? 1;
    const bScan = bScanOf(image?.text('ReferencedSOPInstanceUID') ?? '', stored);
    if (bScan !== undefined) found.set(bScan, [...(found.get(bScan) ?? []), index]);
  });
  return found;
}

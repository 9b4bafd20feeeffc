import { codeOf, isSameCode } from '../dicom/code.js';
import type { DataSet } from '../dicom/data-set.js';
import { functionalGroups, type FunctionalGroups } from '../dicom/functional-groups.js';
import { readPart10Header } from '../dicom/part10.js';
import { TISSUE_CODES } from '../results/tissue-codes.js';
import type { OctVolume } from '../values/oct-volume.js';
import { tissueIndex, TISSUES, type TissueName } from '../values/tissue.js';
import { readPixels } from '../volume/pixels/read-pixels.js';
import { EvaluationError } from './errors.js';
import { reverseLines } from '../values/reverse-lines.js';
import { emptyLabels, type Annotation } from './label-truth.js';
import { FLUID, TISSUE_NAMES, TRUTH_LABELS } from './truth.js';
import type { SegmentationTruth, TruthClass } from './truth.js';

/** The frame (from 1) of the scan that a frame of a stored instance is; `undefined`: none of its. */
export type SourceFrame = (sopInstanceUid: string, frameNumber: number) => number | undefined;

/**
 * Lays a DICOM Segmentation (BINARY or FRACTIONAL, PS3.3 C.8.20; or a label map, A.91) over its scan by the frames that
 * it refers to. A segment is a class by its Segmented Property Type, as this program codes it, or by its label: the name
 * of a class, or 'fluid'. Other segments are passed over. Where segments overlap, the later one counts.
 * @throws EvaluationError OCT_TRUTH_NOT_USABLE, DicomError
 */
export async function truthOfSegmentation(
  path: string,
  { classes, frames }: Annotation,
  grid: OctVolume,
  sourceFrame: SourceFrame,
): Promise<SegmentationTruth> {
  const part10 = await readPart10Header(path);
  const { dataSet: header } = part10;
  const segments = segmentClasses(header, classes);
  const { rows, columns } = grid;
  if (header.number('Rows') !== rows || header.number('Columns') !== columns) {
    throw notUsable(
      `frames of ${header.number('Rows') ?? '?'} × ${header.number('Columns') ?? '?'} for B-scans of ${rows} × ${columns}`,
    );
  }
  const read = await readPixels(path, part10);
  if ('reason' in read) throw notUsable(read.reason.detail);
  const labels = emptyLabels(grid, frames);
  const size = rows * columns;
  const value = reader(header, read.pixels);
  const labelMap = header.text('SegmentationType') === 'LABELMAP';
  const groups = functionalGroups(header);
  const frameOf = new Map(grid.frameNumbers.map((number, frame) => [number, frame]));
  for (let index = 0; index < (header.number('NumberOfFrames') ?? 1); index++) {
    const target = frameOf.get(referredFrame(groups, index, sourceFrame));
    if (target === undefined) throw notUsable(`frame ${index + 1} is of no frame of the scan`);
    const segment = groups
      .macro('SegmentIdentificationSequence', index)
      ?.number('ReferencedSegmentNumber');
    for (let i = 0; i < size; i++) {
      const at = target * size + i;
      if (labels[at] === TRUTH_LABELS.notAnnotated) continue;
      const found = value(index * size + i);
      const label = found > 0 ? segments.get(labelMap ? found : (segment ?? 0)) : undefined;
      if (label !== undefined) labels[at] = label;
    }
  }
  if (grid.mirrored === true) reverseLines(labels, columns);
  return { classes: classes ?? [...new Set(segments.values())].map(classOf), labels };
}

/** By the number of the segment: the label of a truth. */
function segmentClasses(
  header: DataSet,
  wanted: readonly TruthClass[] | undefined,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const segment of header.items('SegmentSequence')) {
    const name = classOfSegment(segment);
    if (name === undefined || wanted?.includes(name) === false) continue;
    found.set(segment.number('SegmentNumber') ?? 0, labelOf(name));
  }
  if (found.size === 0) {
    throw notUsable(`none of its segments is a class: ${[...TISSUE_NAMES, FLUID].join(', ')}`);
  }
  return found;
}

function classOfSegment(segment: DataSet): TruthClass | undefined {
  const type = codeOf(segment.item('SegmentedPropertyTypeCodeSequence'));
  const coded = (Object.keys(TISSUE_CODES) as TissueName[]).find((name) =>
    isSameCode(type, TISSUE_CODES[name].type),
  );
  if (coded !== undefined) return coded;
  const label = segment
    .text('SegmentLabel')
    ?.toLowerCase()
    .replaceAll(/[\s_]+/g, '-');
  if (label === FLUID) return FLUID;
  return TISSUES.find(
    ({ name, meaning }) => label === name || label === meaning.toLowerCase().replaceAll(' ', '-'),
  )?.name;
}

function labelOf(name: TruthClass): number {
  return name === FLUID ? TRUTH_LABELS.anyFluid : tissueIndex(name);
}

function classOf(label: number): TruthClass {
  return label === TRUTH_LABELS.anyFluid ? FLUID : TISSUE_NAMES[label]!;
}

/** Of the frame's Derivation Image Sequence (PS3.3 C.7.6.16.2.6). */
function referredFrame(groups: FunctionalGroups, index: number, sourceFrame: SourceFrame): number {
  const source = groups.macro('DerivationImageSequence', index)?.item('SourceImageSequence');
  const uid = source?.text('ReferencedSOPInstanceUID');
  if (source === undefined || uid === undefined) {
    throw notUsable(`frame ${index + 1} does not say which frame of the scan it is of`);
  }
  return sourceFrame(uid, source.number('ReferencedFrameNumber') ?? 1) ?? 0;
}

/** Sample i of the Pixel Data; of a fractional segmentation 1 from half of its maximum on. */
function reader(header: DataSet, pixels: Uint8Array): (i: number) => number {
  const bits = header.number('BitsAllocated');
  if (bits === 1) return (i) => (pixels[i >>> 3]! >>> (i & 7)) & 1;
  if (bits !== 8) throw notUsable(`${bits ?? '?'} bits a pixel`);
  if (header.text('SegmentationType') !== 'FRACTIONAL') return (i) => pixels[i]!;
  const half = (header.number('MaximumFractionalValue') ?? 255) / 2;
  return (i) => (pixels[i]! >= half ? 1 : 0);
}

function notUsable(detail: string): EvaluationError {
  return new EvaluationError('OCT_TRUTH_NOT_USABLE', detail);
}

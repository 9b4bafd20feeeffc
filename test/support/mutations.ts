import type { DataSet } from '../../src/dicom/data-set.js';
import { fragmentsOf } from '../../src/dicom/fragments.js';
import { encodeRle } from '../../src/dicom/rle.js';
import { encapsulate } from '../../src/dicom/write-data-set.js';
import { dataSetsOf } from '../../src/results/builders.js';
import { resultObject } from '../../src/results/build.js';
import type { GateRule } from '../../src/results/defect.js';
import type { ResultInput } from '../../src/results/result-input.js';
import { validateResults } from '../../src/results/validate.js';
import type { ResultKind } from '../../src/values/result-kinds.js';
import { SHAPE } from './result-input.js';

/** One single defect of one object, and the rule of the gate that must notice it. */
export type Mutation = readonly [
  what: string,
  rule: GateRule,
  kind: ResultKind,
  mutate: (dataSet: DataSet) => void,
];

/** What the gate says of an object, and of the segmentation beside it, when it was changed before it was encoded. */
export function rulesBroken(
  input: ResultInput,
  kind: ResultKind,
  mutate: (dataSet: DataSet) => void,
): readonly GateRule[] {
  const kinds = new Set<ResultKind>(['segmentation', kind]);
  const objects = [...kinds].flatMap((name) => {
    const dataSets = dataSetsOf(name, input);
    if (name === kind) dataSets.slice(0, 1).forEach(mutate);
    return dataSets.map((dataSet) => resultObject(name, dataSet));
  });
  return validateResults(objects, input).map(({ rule }) => rule);
}

export const framesOf = (dataSet: DataSet) => dataSet.items('PerFrameFunctionalGroupsSequence');
export const sharedOf = (dataSet: DataSet) => dataSet.item('SharedFunctionalGroupsSequence')!;

export function sourceImageOf(dataSet: DataSet, frame: number): DataSet {
  return framesOf(dataSet)[frame]!.item('DerivationImageSequence')!.item('SourceImageSequence')!;
}

/** The fragments of an object that is not yet encoded: its value begins with the offset table's item. */
export function changeFragments(
  dataSet: DataSet,
  change: (fragments: readonly Uint8Array[]) => readonly Uint8Array[],
): void {
  const value = Buffer.concat([
    dataSet.bytes('PixelData')!,
    Buffer.from('feffdde000000000', 'hex'),
  ]);
  dataSet.set('PixelData', encapsulate(change(fragmentsOf(value, 0))), 'OB');
}

/** An RLE frame of one value in every byte. */
export function plainFrame(bytesPerSample: 1 | 2, value: number): Uint8Array {
  const pixels = SHAPE.rows * SHAPE.columns;
  const frame = new Uint8Array(pixels * bytesPerSample).fill(value);
  return encodeRle(frame, SHAPE.columns, bytesPerSample);
}

export const segmentsIn = (dataSet: DataSet) => dataSet.items('SegmentSequence');

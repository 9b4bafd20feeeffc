import { DataSet } from '../../dicom/data-set.js';
import type { ResultReference } from '../../values/result-objects.js';
import { instanceReference } from '../common-attributes.js';
import type { ResultInput } from '../result-input.js';
import { sourceInstances, storedFrame } from '../source-frames.js';

/**
 * The source as evidence of a document, by study and series (PS3.3 C.17.2.3): every instance, or only those that hold
 * the given source frames. `further` series of ours follow.
 */
export function sourceEvidence(
  input: ResultInput,
  sourceFrames?: readonly number[],
  further: readonly ResultReference[] = [],
): DataSet {
  const holding = new Set(
    sourceFrames?.map((frame) => storedFrame(input, frame).instance.sopInstanceUid),
  );
  const cited = sourceInstances(input).filter(
    ({ sopInstanceUid }) => sourceFrames === undefined || holding.has(sopInstanceUid),
  );
  return documentReference(input, cited, further);
}

/** The documents that this one follows (PS3.3 C.17.2, Predecessor Documents Sequence). */
export function predecessorDocuments(
  input: ResultInput,
  predecessors: readonly ResultReference[],
): DataSet {
  return documentReference(input, [], predecessors);
}

type Instance = Omit<ResultReference, 'kind'>;

/** Hierarchical SOP Instance Reference of the scan's study (PS3.3 C.17.2.1). */
function documentReference(
  { sourceInstance }: ResultInput,
  sources: readonly Instance[],
  results: readonly Instance[],
): DataSet {
  const series = new Map<string, DataSet[]>();
  for (const { seriesInstanceUid, sopClassUid, sopInstanceUid } of [...sources, ...results]) {
    const references = series.get(seriesInstanceUid) ?? [];
    references.push(instanceReference(sopClassUid, sopInstanceUid));
    series.set(seriesInstanceUid, references);
  }
  return DataSet.of({
    StudyInstanceUID: sourceInstance.studyInstanceUid,
    ReferencedSeriesSequence: [...series].map(([uid, references]) =>
      DataSet.of({ SeriesInstanceUID: uid, ReferencedSOPSequence: references }),
    ),
  });
}

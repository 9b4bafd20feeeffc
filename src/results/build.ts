import type { DataSet } from '../dicom/data-set.js';
import { encodePart10 } from '../dicom/part10.js';
import { RESULT_KIND_NAMES, RESULT_KINDS, type ResultKind } from '../values/result-kinds.js';
import type { ResultObject } from '../values/result-objects.js';
import { dataSetsOf } from './builders.js';
import type { Defect } from './defect.js';
import { inSourceGrid } from './in-source-grid.js';
import { RESULT_FORMS } from './kinds.js';
import type { ResultInput } from './result-input.js';
import { validateResults } from './validate.js';

export interface Results {
  readonly objects: readonly ResultObject[];
  /** Empty: the objects may be sent. Else they are held, all of them, with these reasons. */
  readonly defects: readonly Defect[];
}

/**
 * The result objects of one acquisition, held against the gate: always a report, a segmentation where a fluid or a
 * lesion was found, and of the further kinds in `wanted` those that this scan has something for.
 */
export function buildResults(given: ResultInput, wanted: Iterable<ResultKind> = []): Results {
  const input = inSourceGrid(given);
  const asked = new Set(wanted);
  const objects = RESULT_KIND_NAMES.filter(
    (kind) => RESULT_KINDS[kind].byDefault || asked.has(kind),
  ).flatMap((kind) => dataSetsOf(kind, input).map((dataSet) => resultObject(kind, dataSet)));
  return { objects, defects: validateResults(objects, input) };
}

/** A built data set as the object that is sent. */
export function resultObject(kind: ResultKind, dataSet: DataSet): ResultObject {
  return {
    kind,
    sopClassUid: dataSet.text('SOPClassUID')!,
    sopInstanceUid: dataSet.text('SOPInstanceUID')!,
    seriesInstanceUid: dataSet.text('SeriesInstanceUID')!,
    bytes: encodePart10(dataSet, RESULT_FORMS[kind].transferSyntaxUid),
  };
}

import type { ResultObject } from '../values/result-objects.js';
import type { Defect } from './defect.js';
import type { ResultInput } from './result-input.js';
import { buildSegmentation } from './seg/build.js';
import { segmentsOf } from './segments.js';
import { buildReport } from './sr/build.js';
import { validateResults } from './validate.js';

export interface Results {
  readonly objects: readonly ResultObject[];
  /** Empty: the objects may be sent. Else they are held, all of them, with these reasons. */
  readonly defects: readonly Defect[];
}

/**
 * The result objects of one acquisition, held against the gate: always a report, and a segmentation where a fluid or a
 * lesion was found.
 */
export function buildResults(input: ResultInput): Results {
  const report = buildReport(input);
  const objects = segmentsOf(input).length === 0 ? [report] : [buildSegmentation(input), report];
  return { objects, defects: validateResults(objects, input) };
}

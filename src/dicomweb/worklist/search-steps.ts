import type { Request } from 'express';
import type { JsonDataSet } from '../../dicom/dicom-json.js';
import { HttpProblem } from '../../http/problem.js';
import { PROCEDURE_STEP_STATES } from '../../values/procedure-step.js';
import { LIMIT, numberOf, tagOf, WORDS } from '../query-parameters.js';
import { matchesKeys, pathOf, type StepKeys } from './match-step.js';
import type { StepFilter, WorklistPort } from './ports.js';
import { stepDataSet, type StepView } from './step-data-set.js';

/** Steps that are looked at at once; and at most, so that one search does not keep the ledger. */
const PAGE = 200;
const MOST_LOOKED_AT = 20_000;
const STEP_WORDS: ReadonlySet<string> = new Set([...WORDS, 'deletionlock', 'filter']);

/** Searches the worklist (PS3.18 11.9): what the ledger can tell apart is asked of it, the rest of the data sets. */
export async function searchSteps(
  request: Request,
  port: WorklistPort,
  view: StepView,
): Promise<{ readonly matches: readonly JsonDataSet[]; readonly more: boolean }> {
  const keys = stepKeys(request);
  const filter = filterOf(keys);
  const limit = Math.min(LIMIT.most, numberOf(request, 'limit') ?? LIMIT.default);
  let skipped = numberOf(request, 'offset') ?? 0;
  const matches: JsonDataSet[] = [];
  for (let from = 0; from < MOST_LOOKED_AT; from += PAGE) {
    const page = await port.list(filter, PAGE, from);
    for (const step of page) {
      const dataSet = stepDataSet(step, view);
      if (!matchesKeys(dataSet, keys)) continue;
      if (skipped > 0) skipped -= 1;
      else if (matches.length === limit) return { matches, more: true };
      else matches.push(dataSet);
    }
    if (page.length < PAGE) break;
  }
  return { matches, more: false };
}

/** The matching keys of a query. @throws HttpProblem OCT_HTTP_BAD_REQUEST */
export function stepKeys(request: Request): StepKeys {
  const keys: Record<string, string> = {};
  for (const [index, [name, value]] of Object.entries(request.query).entries()) {
    if (STEP_WORDS.has(name.toLowerCase())) continue;
    if (typeof value !== 'string')
      throw new HttpProblem('OCT_HTTP_BAD_REQUEST', 'A key is given twice.');
    keys[pathOf(name, index + 1)] = value;
  }
  return keys;
}

function filterOf(keys: StepKeys): StepFilter {
  const [uids, studies] = [keys[tagOf('SOPInstanceUID')], keys[tagOf('StudyInstanceUID')]];
  const state = PROCEDURE_STEP_STATES.find((one) => one === keys[tagOf('ProcedureStepState')]);
  return {
    ...(uids !== undefined && uids !== '' && { uids: uids.split(/[,\\]/) }),
    ...(studies !== undefined && studies !== '' && { studies: studies.split(/[,\\]/) }),
    ...(state !== undefined && { state }),
  };
}

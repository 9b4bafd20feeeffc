import { codeOf, type Code } from '../dicom/code.js';
import { DataSet } from '../dicom/data-set.js';
import * as own from './coding-scheme.js';
import type { Defects } from './defect.js';
import { DCM, LANGUAGE_EN, QUALITY_CODES, SCT, UNITS } from './standard-codes.js';
import { LOINC_CODES } from './thickness/codes.js';
import { TISSUE_CODES } from './tissue-codes.js';

/** Every code that a result may hold. */
export const CODE_TABLE: readonly Code[] = [
  ...Object.values(DCM),
  ...Object.values(SCT),
  ...Object.values(UNITS),
  ...Object.values(QUALITY_CODES),
  LANGUAGE_EN,
  ...Object.values(own.CONCEPTS),
  ...Object.values(own.SUBJECTS),
  ...Object.values(own.REFERRAL_CODES),
  ...own.PATHOLOGY_CODES,
  ...Object.values(own.NOT_ASSESSED_CODES),
  own.NOT_ASSESSED,
  own.RESEARCH_USE_ONLY,
  own.FINDING_ABSENT,
  own.SCAN_CENTRE,
  ...LOINC_CODES,
  ...Object.values(TISSUE_CODES)
    .map(({ type }) => type)
    .filter(({ scheme }) => scheme === own.SCHEME),
];

const meanings: ReadonlyMap<string, string> = new Map(
  CODE_TABLE.map(({ scheme, value, meaning }) => [`${scheme} ${value}`, meaning]),
);

/** Every data set within a data set, itself included. */
export function* withItems(dataSet: DataSet): Generator<DataSet> {
  yield dataSet;
  for (const { vr, value } of dataSet.elements()) {
    if (vr === 'SQ') for (const item of value as readonly DataSet[]) yield* withItems(item);
  }
}

/** R2. */
export function checkCodes(dataSet: DataSet, defects: Defects): void {
  for (const item of withItems(dataSet)) {
    if (!item.has('CodeMeaning')) continue;
    const code = codeOf(item);
    const known = code === undefined ? undefined : meanings.get(`${code.scheme} ${code.value}`);
    const name = `${code?.scheme ?? 'no scheme'} ${code?.value ?? 'no value'}`;
    defects.require(known !== undefined, 'R2', `${name} is not in the code table`);
    if (known === undefined) continue;
    defects.require(known === code?.meaning, 'R2', `${name} has another meaning`);
    if (code?.scheme === 'SCT') {
      defects.require(hasVerhoeffDigit(code.value), 'R2', `${name} has a wrong check digit`);
    }
  }
}

const DIHEDRAL_ORDER = 5;

/** SNOMED CT identifiers end in a Verhoeff check digit (SNOMED CT Release File Specification, 5.5). */
export function hasVerhoeffDigit(identifier: string): boolean {
  if (!/^\d{6,18}$/u.test(identifier)) return false;
  const permutation = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let check = 0;
  Array.from(identifier, Number)
    .reverse()
    .forEach((last, position) => {
      let digit = last;
      for (let i = 0; i < position % 8; i++) digit = permutation[digit]!;
      check = multiply(check, digit);
    });
  return check === 0;
}

/** The dihedral group D5. */
function multiply(a: number, b: number): number {
  const n = DIHEDRAL_ORDER;
  if (a < n) return b < n ? (a + b) % n : n + ((a + (b - n)) % n);
  return b < n ? n + ((a - n - b + n) % n) : (a - b + n) % n;
}
